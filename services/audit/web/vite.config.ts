import { defineConfig } from 'vite'

/** Nothing is inlined and nothing is loaded from elsewhere: the page runs under a policy that allows neither. */
export default defineConfig({
  base: './',
  resolve: { conditions: ['source', 'browser', 'module', 'import', 'default'] },
  build: {
    outDir: 'dist/page',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // Browsers of 2024 and later: `light-dark()`, popovers and nesting are their own.
    target: ['chrome123', 'firefox125', 'safari17.5'],
    reportCompressedSize: false,
  },
})
