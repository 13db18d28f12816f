import react from '@vitejs/plugin-react';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';
import { offlinePage } from './web/dev/offline-plugin.ts';
import { pagePolicy, readHosts } from './web/dev/policy.ts';
import { standalonePage } from './web/dev/standalone-plugin.ts';

/** The development server needs its socket and has no policy. */
function contentSecurityPolicy(): Plugin {
  const content = pagePolicy(readHosts(process.env['NFSCOPE_CONNECT'] ?? ''));
  return {
    name: 'content-security-policy',
    apply: 'build',
    transformIndexHtml: () => [
      { tag: 'meta', attrs: { 'http-equiv': 'Content-Security-Policy', content }, injectTo: 'head-prepend' },
    ],
  };
}

export default defineConfig({
  // Relative URLs: the built page works under any sub-path and from a plain static server.
  base: './',
  plugins: [react(), contentSecurityPolicy(), standalonePage(), offlinePage()],
  worker: { format: 'es' },
  build: { target: 'es2023', chunkSizeWarningLimit: 4000, assetsInlineLimit: 0, modulePreload: { polyfill: false } },
  test: {
    include: ['web/**/*.test.ts', 'web/**/*.test.tsx', 'samples/**/*.test.ts'],
    exclude: ['web/e2e/**', 'node_modules/**'],
    environment: 'node',
    setupFiles: ['web/dev/vitest-setup.ts'],
    testTimeout: 30_000,
    // Files share modules and workers: loading them anew for each file was half of the time. No file leaves anything behind: stubs end with their test.
    isolate: false,
    maxWorkers: '100%',
    unstubGlobals: true,
    unstubEnvs: true,
  },
});
