/** From a diagnostic to its line in the source. */
import type { LocatedDiagnostic } from '../../worker/protocol.ts';
import { store } from '../use-store.ts';
import { PHONE } from './use-media.ts';

export function showDiagnostic(document: string, diagnostic: LocatedDiagnostic): void {
  const { togglePanel, revealOffset, setView } = store.getState();
  togglePanel('source', true);
  if (matchMedia(PHONE).matches) setView('source');
  revealOffset(document, diagnostic.span.start);
}
