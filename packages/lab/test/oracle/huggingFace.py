"""Files of Hugging Face's library that Versant has to read, and proof that the library reads Versant's.

    npm run oracle:safetensors

Needs python3 with numpy and safetensors (`pip install safetensors numpy`; Debian has no package; set `PYTHON`), and
the build. Writes fixtures/huggingface.safetensors by the library and, in fixtures/safetensors.json, the tensors in
it and the SHA-256 of the file that Versant made of them and the library read back without a difference.
"""

import hashlib
import json
import pathlib
import subprocess
import tempfile

import numpy
import safetensors
from safetensors.numpy import load_file, save_file

here = pathlib.Path(__file__).parent
fixtures = here / "fixtures"
weights = (here / "../../dist/weights/safetensors.js").resolve()

random = numpy.random.default_rng(7)
tensors = {
    "hidden.0.weight": random.normal(size=(3, 4)).astype(numpy.float32),
    "hidden.0.bias": numpy.array([1e-45, -0.0, 3.4e38], numpy.float32),
    "mean": random.normal(size=(2,)),
    "steps": numpy.array(-7, numpy.int32),
    "pixels é": numpy.array([[0, 255]], numpy.uint8),
    "mask": numpy.array([True, False, True]),
    "empty": numpy.zeros((0, 4), numpy.float32),
}
metadata = {"format": "np", "versant.signature": '{"text": "é \\n"}'}

theirs = fixtures / "huggingface.safetensors"
save_file(tensors, theirs, metadata)

script = f"""
import {{ readFileSync, writeFileSync }} from "node:fs";
import {{ decodeSafetensors, encodeSafetensors }} from "{weights.as_uri()}";
const [theirs, ours] = process.argv.slice(1);
const {{ tensors, metadata }} = decodeSafetensors(readFileSync(theirs), theirs);
writeFileSync(ours, encodeSafetensors(tensors, metadata));
"""
with tempfile.TemporaryDirectory() as folder:
    ours = pathlib.Path(folder) / "versant.safetensors"
    subprocess.run(["node", "--input-type=module", "--eval", script, theirs, ours], check=True)
    read = load_file(ours)
    assert read.keys() == tensors.keys()
    for name, tensor in tensors.items():
        assert read[name].dtype == tensor.dtype and read[name].shape == tensor.shape, name
        assert read[name].tobytes() == tensor.tobytes(), name
    with safetensors.safe_open(ours, "np") as file:
        assert file.metadata() == metadata
    sha256 = hashlib.sha256(ours.read_bytes()).hexdigest()

stored = {
    "library": f"safetensors {safetensors.__version__}",
    "metadata": metadata,
    "tensors": {
        name: {"dtype": str(tensor.dtype), "shape": tensor.shape, "hex": tensor.tobytes().hex()}
        for name, tensor in tensors.items()
    },
    "read": sha256,
}
text = json.dumps(stored, indent=2, ensure_ascii=False, sort_keys=True)
(fixtures / "safetensors.json").write_text(f"{text}\n", encoding="utf-8")
