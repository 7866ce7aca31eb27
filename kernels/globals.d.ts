// Constants given to asc by --use (see scripts/build-kernels.mjs).
/** 1 in the module written for V8's revectoriser (16-column tiles), else 0 (two 8-column halves). */
declare const WIDE: i32
/** 1 where the memory is shared between threads, 0 in the single-threaded module. */
declare const SHARED: i32
