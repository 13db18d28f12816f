/** Saves what is shared as one page with the dumps inside. */
import { type ReactElement, useState } from 'react';
import type { LinkContent } from '../../worker/packer-protocol.ts';
import { savePage } from './save-page.ts';

/** `content` null: it is not ready. */
export function SavePageButton({ content }: { readonly content: LinkContent | null }): ReactElement {
  const [saving, setSaving] = useState(false);
  return (
    <>
      <button
        type="button"
        className="button"
        disabled={content === null || saving}
        onClick={() => {
          if (!content) return;
          setSaving(true);
          void savePage(content).finally(() => setSaving(false));
        }}
      >
        Save as a page
      </button>
      <span className="quiet">One .html with nfscope and the dumps inside: it opens anywhere, offline.</span>
    </>
  );
}
