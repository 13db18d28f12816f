import react from '@vitejs/plugin-react';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';
import { standalonePage } from './web/dev/standalone-plugin.ts';

/** Who may make markup or a script's URL out of text: our workers' URLs (ui/spawn.ts), and the parts of Monaco that draw lines. */
const TRUSTED = [
  'nfscope',
  'defaultWorkerFactory',
  'diffEditorWidget',
  'diffReview',
  'domLineBreaksComputer',
  'editorGhostText',
  'editorViewLayer',
  'richScreenReaderContent',
  'standaloneColorizer',
  'stickyScrollViewLayer',
  'tokenizeToString',
];

/**
 * What the built page may do: run its own code and draw. It may not connect anywhere, so a ruleset cannot leave it. Monaco writes style
 * elements, hence 'unsafe-inline' for styles only. The development server needs its socket and has no policy.
 */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "worker-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "font-src 'self'",
  "img-src 'self' data: blob:",
  "connect-src 'none'",
  "require-trusted-types-for 'script'",
  `trusted-types ${TRUSTED.join(' ')}`,
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

function contentSecurityPolicy(): Plugin {
  return {
    name: 'content-security-policy',
    apply: 'build',
    transformIndexHtml: () => [
      { tag: 'meta', attrs: { 'http-equiv': 'Content-Security-Policy', content: POLICY }, injectTo: 'head-prepend' },
    ],
  };
}

export default defineConfig({
  // Relative URLs: the built page works under any sub-path and from a plain static server.
  base: './',
  plugins: [react(), contentSecurityPolicy(), standalonePage()],
  worker: { format: 'es' },
  build: { target: 'es2023', chunkSizeWarningLimit: 4000, assetsInlineLimit: 0, modulePreload: { polyfill: false } },
  test: {
    include: ['web/**/*.test.ts', 'web/**/*.test.tsx', 'samples/**/*.test.ts'],
    exclude: ['web/e2e/**', 'node_modules/**'],
    environment: 'node',
    setupFiles: ['web/dev/vitest-setup.ts'],
    testTimeout: 30_000,
  },
});
