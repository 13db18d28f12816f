/** The service worker, a thin shell over offline.ts. web/dev/offline-plugin.ts bundles it as `sw.js` and puts the build's files before it. */
import type { Build } from './build-files.ts';
import { startOffline } from './offline.ts';
import type { WorkerScope } from './scope.ts';

declare const nfscopeBuild: Build;

startOffline(self as unknown as WorkerScope, nfscopeBuild);
