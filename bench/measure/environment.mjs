/** Settings of the libraries that multiply for PyTorch and NumPy, whoever made them. */
const ofLibraries = /^(OPENBLAS|GOTO|OMP|KMP|GOMP|MKL|ATEN|DNNL|ONEDNN)_/;

/**
 * The environment that peers inherit. A shell may hold OPENBLAS_CORETYPE or the like, which ties a
 * library to kernels older than the processor: with "Haswell", OpenBLAS does about half of what it
 * can where there is AVX-512. Every peer chooses for itself, as on a fresh machine.
 */
export const neutralEnvironment = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !ofLibraries.test(name)),
);
