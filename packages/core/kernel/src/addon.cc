// The Node-API face of the kernel. One environment (the main thread, a worker) has one device; its
// Programs are numbered.
#include <node_api.h>

#include "device.h"
#include "native.h"
#include "pool.h"

namespace versant {
namespace {

constexpr size_t maxArguments = 64;

struct DeviceEntry {
  Device device;
  DeviceEntry* next;
};

struct Entry {
  Program* program;
  Device* device;
  napi_ref* bound;  // what keeps the bytes of each slot alive
  // What runs read and write besides, attached once: scalars, info, times or null.
  napi_ref attached[3];
  const double* scalars;
  Info* info;
  double* times;
};

struct Environment {
  DeviceEntry* devices;  // the newest first
  uint32_t deviceCount;
  Entry* entries;
  uint32_t count, capacity;
};

napi_value fail(napi_env env, const char* message) {
  napi_throw_error(env, nullptr, message);
  return nullptr;
}

Environment* environmentOf(napi_env env) {
  void* data = nullptr;
  napi_get_instance_data(env, &data);
  return static_cast<Environment*>(data);
}

struct Bytes {
  uint8_t* data;
  int64_t length;
};

bool bytesOfArray(napi_env env, napi_value value, Bytes& bytes) {
  napi_typedarray_type type;
  size_t length;
  void* data;
  if (napi_get_typedarray_info(env, value, &type, &length, &data, nullptr, nullptr) != napi_ok) {
    return false;
  }
  static constexpr uint8_t sizes[] = {1, 1, 1, 2, 2, 4, 4, 4, 8, 8, 8, 2};
  bytes = {static_cast<uint8_t*>(data), static_cast<int64_t>(length) * sizes[type]};
  return true;
}

Entry* entryOf(napi_env env, Environment* environment, napi_value value) {
  uint32_t id = 0;
  if (napi_get_value_uint32(env, value, &id) != napi_ok || id >= environment->count ||
      !environment->entries[id].program) {
    fail(env, "no such Program");
    return nullptr;
  }
  return &environment->entries[id];
}

// open(threads, isa, poison): the number of a new device.
napi_value open(napi_env env, napi_callback_info callback) {
  napi_value arguments[3];
  size_t count = 3;
  napi_get_cb_info(env, callback, &count, arguments, nullptr, nullptr);
  char isa[16] = "";
  size_t length = 0;
  napi_get_value_string_utf8(env, arguments[1], isa, sizeof isa, &length);
  const char* reason = nullptr;
  const Kernels* kernels = chooseKernels(isa, &reason);
  if (!kernels) return fail(env, reason);
  DeviceEntry* entry = static_cast<DeviceEntry*>(allocate(sizeof(DeviceEntry)));
  if (!entry) return fail(env, "out of memory");
  VERSANT_FILL(entry, 0, sizeof(DeviceEntry));
  entry->device.kernels = kernels;
  napi_get_value_int32(env, arguments[0], &entry->device.threads);
  napi_get_value_bool(env, arguments[2], &entry->device.poison);
  Environment* environment = environmentOf(env);
  entry->next = environment->devices;
  environment->devices = entry;
  napi_value result;
  napi_create_uint32(env, environment->deviceCount++, &result);
  return result;
}

Device* deviceOf(napi_env env, napi_value value) {
  Environment* environment = environmentOf(env);
  uint32_t number = 0;
  if (napi_get_value_uint32(env, value, &number) != napi_ok || number >= environment->deviceCount) {
    fail(env, "no such device");
    return nullptr;
  }
  DeviceEntry* entry = environment->devices;
  for (uint32_t i = environment->deviceCount - 1; i > number; i--) entry = entry->next;
  return &entry->device;
}

// name(device): its instruction set.
napi_value name(napi_env env, napi_callback_info callback) {
  napi_value argument;
  size_t count = 1;
  napi_get_cb_info(env, callback, &count, &argument, nullptr, nullptr);
  const Device* device = deviceOf(env, argument);
  if (!device) return nullptr;
  napi_value result;
  napi_create_string_utf8(env, device->kernels->name, NAPI_AUTO_LENGTH, &result);
  return result;
}

// load(device, words: Int32Array, constants: Float64Array): the number of the Program.
napi_value load(napi_env env, napi_callback_info callback) {
  napi_value arguments[3];
  size_t count = 3;
  napi_get_cb_info(env, callback, &count, arguments, nullptr, nullptr);
  Environment* environment = environmentOf(env);
  Device* device = deviceOf(env, arguments[0]);
  if (!device) return nullptr;
  Bytes words, constants;
  if (!bytesOfArray(env, arguments[1], words) || !bytesOfArray(env, arguments[2], constants)) {
    return fail(env, "load takes typed arrays");
  }
  const char* reason = nullptr;
  Program* program = decode(reinterpret_cast<int32_t*>(words.data), words.length / 4,
                            reinterpret_cast<double*>(constants.data), constants.length / 8, &reason);
  if (!program) return fail(env, reason);
  uint32_t id = 0;
  while (id < environment->count && environment->entries[id].program) id++;
  if (id == environment->capacity) {
    const uint32_t capacity = larger<uint32_t>(64, 2 * environment->capacity);
    Entry* entries = static_cast<Entry*>(allocate(capacity * sizeof(Entry)));
    if (entries) VERSANT_COPY(entries, environment->entries, environment->count * sizeof(Entry));
    if (!entries) {
      destroy(program);
      return fail(env, "out of memory");
    }
    release(environment->entries);
    environment->entries = entries;
    environment->capacity = capacity;
  }
  if (id == environment->count) environment->count++;
  Entry& entry = environment->entries[id];
  entry.program = program;
  entry.device = device;
  entry.scalars = nullptr;
  entry.info = nullptr;
  entry.times = nullptr;
  for (napi_ref& each : entry.attached) each = nullptr;
  const size_t bytes = static_cast<size_t>(program->slots) * sizeof(napi_ref);
  entry.bound = static_cast<napi_ref*>(allocate(larger<size_t>(1, bytes)));
  VERSANT_FILL(entry.bound, 0, bytes);
  napi_value result;
  napi_create_uint32(env, id, &result);
  return result;
}

void unloadEntry(napi_env env, Entry& entry) {
  for (int32_t slot = 0; slot < entry.program->slots; slot++) {
    if (entry.bound[slot]) napi_delete_reference(env, entry.bound[slot]);
  }
  for (napi_ref each : entry.attached) {
    if (each) napi_delete_reference(env, each);
  }
  release(entry.bound);
  destroy(entry.program);
  entry.program = nullptr;
}

// unload(program)
napi_value unload(napi_env env, napi_callback_info callback) {
  napi_value argument;
  size_t count = 1;
  napi_get_cb_info(env, callback, &count, &argument, nullptr, nullptr);
  Entry* entry = entryOf(env, environmentOf(env), argument);
  if (entry) unloadEntry(env, *entry);
  return nullptr;
}

// bind(program, slot, array)
napi_value bind(napi_env env, napi_callback_info callback) {
  napi_value arguments[3];
  size_t count = 3;
  napi_get_cb_info(env, callback, &count, arguments, nullptr, nullptr);
  Entry* entry = entryOf(env, environmentOf(env), arguments[0]);
  if (!entry) return nullptr;
  int32_t slot = -1;
  Bytes bytes;
  napi_get_value_int32(env, arguments[1], &slot);
  if (slot < 0 || slot >= entry->program->slots) return fail(env, "no such slot");
  if (!bytesOfArray(env, arguments[2], bytes) || bytes.length < entry->program->externalBytes[slot]) {
    return fail(env, "the array bound to a slot is too short");
  }
  if (entry->bound[slot]) napi_delete_reference(env, entry->bound[slot]);
  napi_create_reference(env, arguments[2], 1, &entry->bound[slot]);
  entry->program->external[slot] = bytes.data;
  return nullptr;
}

// limits(device, results: Float64Array): operations and bytes a second.
napi_value limits(napi_env env, napi_callback_info callback) {
  napi_value arguments[2];
  size_t count = 2;
  napi_get_cb_info(env, callback, &count, arguments, nullptr, nullptr);
  const Device* device = deviceOf(env, arguments[0]);
  if (!device) return nullptr;
  Bytes results;
  if (!bytesOfArray(env, arguments[1], results) || results.length < static_cast<int64_t>(sizeof(Limits))) {
    return fail(env, "limits takes an array of two numbers");
  }
  if (!measureLimits(*device, *reinterpret_cast<Limits*>(results.data))) return fail(env, "out of memory");
  return nullptr;
}

// attach(program, scalars, info, times or null): what every run from now on reads scalars from and
// writes to: `info` receives what failed, `times` what each instruction took.
napi_value attach(napi_env env, napi_callback_info callback) {
  napi_value arguments[4];
  size_t count = 4;
  napi_get_cb_info(env, callback, &count, arguments, nullptr, nullptr);
  Entry* entry = entryOf(env, environmentOf(env), arguments[0]);
  if (!entry) return nullptr;
  const Program& program = *entry->program;
  Bytes scalars, info, times = {};
  if (!bytesOfArray(env, arguments[1], scalars) || scalars.length < program.scalars * 8 ||
      !bytesOfArray(env, arguments[2], info) || info.length < static_cast<int64_t>(sizeof(Info))) {
    return fail(env, "attach received too few scalars, or no room for a failure");
  }
  if (bytesOfArray(env, arguments[3], times) &&
      times.length < program.instructionCount * static_cast<int64_t>(sizeof(double))) {
    return fail(env, "attach received too few times");
  }
  for (int i = 0; i < 3; i++) {
    if (entry->attached[i]) napi_delete_reference(env, entry->attached[i]);
    entry->attached[i] = nullptr;
    if (i < 2 || times.data) napi_create_reference(env, arguments[1 + i], 1, &entry->attached[i]);
  }
  entry->scalars = reinterpret_cast<double*>(scalars.data);
  entry->info = reinterpret_cast<Info*>(info.data);
  entry->times = reinterpret_cast<double*>(times.data);
  return nullptr;
}

// run(program, ...inputs, ...outputs): a Status.
napi_value run(napi_env env, napi_callback_info callback) {
  napi_value few[maxArguments];
  napi_value* arguments = few;
  size_t count = maxArguments;
  napi_get_cb_info(env, callback, &count, arguments, nullptr, nullptr);
  if (count > maxArguments) {
    arguments = static_cast<napi_value*>(allocate(count * sizeof(napi_value)));
    if (!arguments) return fail(env, "out of memory");
    napi_get_cb_info(env, callback, &count, arguments, nullptr, nullptr);
  }
  Entry* entry = entryOf(env, environmentOf(env), arguments[0]);
  const char* wrong = nullptr;
  Status status = Status::ok;
  if (entry) {
    Program& program = *entry->program;
    const size_t externals = static_cast<size_t>(program.inputs) + static_cast<size_t>(program.outputs);
    if (!entry->info) {
      wrong = "nothing is attached to the Program";
    } else if (count < 1 + externals) {
      wrong = "run received too few arguments";
    }
    for (int32_t slot = 0; slot < program.slots && !wrong; slot++) {
      if (!program.external[slot] && program.externalBytes[slot]) wrong = "a slot is not bound";
    }
    for (size_t i = 0; i < externals && !wrong; i++) {
      Bytes bytes;
      const size_t at = static_cast<size_t>(program.slots) + i;
      if (!bytesOfArray(env, arguments[1 + i], bytes) || bytes.length < program.externalBytes[at]) {
        wrong = "an input or output is too short";
      } else {
        program.external[at] = bytes.data;
      }
    }
    if (!wrong) {
      status = versant::run(*entry->device, program, entry->scalars, *entry->info, entry->times);
    }
  }
  if (arguments != few) release(arguments);
  if (wrong) return fail(env, wrong);
  napi_value result;
  napi_create_int32(env, static_cast<int32_t>(status), &result);
  return result;
}

void stop(void* data) {
  Environment* environment = static_cast<Environment*>(data);
  unregisterPoolUser();
  for (uint32_t id = 0; id < environment->count; id++) {
    Entry& entry = environment->entries[id];
    if (!entry.program) continue;
    release(entry.bound);
    destroy(entry.program);
  }
  release(environment->entries);
  for (DeviceEntry* entry = environment->devices; entry;) {
    DeviceEntry* next = entry->next;
    release(entry->device.arena);
    release(entry->device.scratch);
    release(entry);
    entry = next;
  }
  release(environment);
}

napi_value initialize(napi_env env, napi_value exports) {
  Environment* environment = static_cast<Environment*>(allocate(sizeof(Environment)));
  if (!environment) return fail(env, "out of memory");
  VERSANT_FILL(environment, 0, sizeof(Environment));
  registerPoolUser();
  napi_set_instance_data(env, environment, nullptr, nullptr);
  napi_add_env_cleanup_hook(env, stop, environment);
  const struct {
    const char* name;
    napi_callback call;
  } functions[] = {{"open", open}, {"name", name}, {"load", load}, {"unload", unload}, {"bind", bind}, {"limits", limits}, {"attach", attach}, {"run", run}};
  for (const auto& function : functions) {
    napi_value value;
    napi_create_function(env, function.name, NAPI_AUTO_LENGTH, function.call, nullptr, &value);
    napi_set_named_property(env, exports, function.name, value);
  }
  return exports;
}

}  // namespace
}  // namespace versant

NAPI_MODULE_INIT() { return versant::initialize(env, exports); }
