/**
 * How the console becomes static files. They name each other by paths below `/console/`, where the API serves them, and by
 * hashes of their contents, so that a browser keeps them for ever.
 */

import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  root: import.meta.dirname,
  base: '/console/',
  plugins: [react()],
  json: { stringify: true },
  // Fonts come inside the style sheet; nothing else is small enough to be worth a data: address.
  build: {
    target: 'es2022',
    assetsInlineLimit: 0,
    license: { fileName: 'licenses.md' },
    modulePreload: { polyfill: false },
    // A test holds how much is loaded, compressed.
    chunkSizeWarningLimit: 2048,
    reportCompressedSize: false,
  },
});
