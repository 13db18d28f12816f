import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  // Relative URLs: the built page works under any sub-path and from a plain static server.
  base: './',
  plugins: [react()],
  worker: { format: 'es' },
  build: { target: 'es2023', chunkSizeWarningLimit: 4000 },
  test: {
    include: ['web/**/*.test.ts', 'web/**/*.test.tsx', 'samples/**/*.test.ts'],
    exclude: ['web/e2e/**', 'node_modules/**'],
    environment: 'node',
    testTimeout: 30_000,
  },
});
