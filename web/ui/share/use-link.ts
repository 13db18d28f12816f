/** The link of what is shown, packed in slices so that a large dump does not stop the page. */
import { useEffect, useState } from 'react';
import { encodeLinkInSteps } from '../../permalink/link.ts';
import { runInSlices } from '../../state/slices.ts';
import { session } from '../session.ts';
import { store } from '../use-store.ts';

export interface PackedLink {
  /** With its `#`; null while it is packed. */
  readonly hash: string | null;
  /** 0..1 */
  readonly progress: number;
  readonly error: string | null;
}

/** Packs what the store has when the dialog opens: nothing changes behind a dialog. */
export function useLink(withView: boolean): PackedLink {
  const [packed, setPacked] = useState<PackedLink>({ hash: null, progress: 0, error: null });
  useEffect(() => {
    const controller = new AbortController();
    setPacked({ hash: null, progress: 0, error: null });
    const { documents } = store.getState();
    const view = withView ? session.viewState() : {};
    runInSlices(encodeLinkInSteps(documents, view), {
      signal: controller.signal,
      onProgress: (progress) => setPacked({ hash: null, progress, error: null }),
    }).then(
      (hash) => {
        if (!controller.signal.aborted) setPacked({ hash, progress: 1, error: null });
      },
      (error: unknown) => {
        if (controller.signal.aborted) return;
        const reason = error instanceof Error ? error.message : String(error);
        setPacked({ hash: null, progress: 0, error: `The link could not be made: ${reason}` });
      },
    );
    return () => controller.abort();
  }, [withView]);
  return packed;
}
