// The threads of the process; see pool.cc. Each user (an environment of Node) registers.
#pragma once
#include <stdint.h>

namespace versant {

void registerPoolUser();
// The last user to leave stops the threads.
void unregisterPoolUser();

}  // namespace versant
