/** Opening a link's fragment: fetched when there is one, because most visits have none. */
import { decodeLinkInSteps, type LinkResult } from '../permalink/link.ts';
import { runInSlices } from './slices.ts';

/** Never rejects. @param onProgress 0..1, between slices. */
export function readLink(hash: string, onProgress?: (fraction: number) => void): Promise<LinkResult> {
  return runInSlices(decodeLinkInSteps(hash), onProgress ? { onProgress } : {});
}
