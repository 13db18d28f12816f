/** The link of what is chosen, packed in slices so that a large dump does not stop the page. */
import { useEffect, useState } from 'react';
import type { LinkDocument } from '../../permalink/container.ts';
import { encodeLinkInSteps } from '../../permalink/link.ts';
import type { Note } from '../../permalink/notes.ts';
import type { ViewState } from '../../permalink/view-state.ts';
import { runInSlices } from '../../state/slices.ts';

export interface LinkContent {
  readonly documents: readonly LinkDocument[];
  readonly view: ViewState;
  readonly notes: readonly Note[];
}

export interface PackedLink {
  /** With its `#`; null while it is packed. */
  readonly hash: string | null;
  /** 0..1 */
  readonly progress: number;
  readonly error: string | null;
}

const PACKING: PackedLink = { hash: null, progress: 0, error: null };

/** @param content compared by identity; null while it is made. */
export function useLink(content: LinkContent | null): PackedLink {
  const [packed, setPacked] = useState<PackedLink & { readonly of: LinkContent | null }>({ ...PACKING, of: null });
  useEffect(() => {
    if (!content) return;
    const controller = new AbortController();
    const set = (link: PackedLink): void => setPacked({ ...link, of: content });
    runInSlices(encodeLinkInSteps(content.documents, content.view, { notes: content.notes }), {
      signal: controller.signal,
      onProgress: (progress) => set({ hash: null, progress, error: null }),
    }).then(
      (hash) => {
        if (!controller.signal.aborted) set({ hash, progress: 1, error: null });
      },
      (error: unknown) => {
        if (controller.signal.aborted) return;
        const reason = error instanceof Error ? error.message : String(error);
        set({ hash: null, progress: 0, error: `The link could not be made: ${reason}` });
      },
    );
    return () => controller.abort();
  }, [content]);
  return content !== null && packed.of === content ? packed : PACKING;
}
