export default {
  base: './',
  // The reader brings a .wasm and a weights file, which Vite finds by their addresses unless it bundles the package for `dev`.
  optimizeDeps: { exclude: ['inkling'] },
}
