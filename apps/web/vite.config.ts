import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

const API = process.env['SIGNALBOX_API'] ?? 'http://127.0.0.1:8060'

export default defineConfig(({ mode }) => ({
  plugins: [react(), tailwindcss()],
  define: { __MOCK_API__: JSON.stringify(mode === 'mock') },
  build: {
    target: 'es2023',
    // Data URIs would need font-src/img-src exceptions in the content security policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    manifest: true,
  },
  server: {
    host: '127.0.0.1',
    ...(mode === 'mock'
      ? {}
      : {
          // The Host header stays: the API refuses pages of another origin.
          proxy: {
            '/api': { target: API, changeOrigin: false },
            '/RPC': { target: API, changeOrigin: false },
            '/ws': { target: API, changeOrigin: false, ws: true },
          },
        }),
  },
}))
