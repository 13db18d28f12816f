/** What the share dialog says: the link, where it fits, what is in it, and how to make one without a browser. */
import { Dialog } from 'radix-ui';
import { type ReactElement, useRef, useState } from 'react';
import { type LinkFit, linkFit, SHELL_LINE } from '../../permalink/fit.ts';
import { embedHtml } from '../embed/embedding.ts';
import { workspaces } from '../session.ts';
import { CopyButton } from '../shell/CopyButton.tsx';
import { download, joinDumps } from '../shell/download.ts';
import { fileSize, plural } from '../shell/words.ts';
import { Icon } from '../theme/marks.tsx';
import { useStore } from '../use-store.ts';
import { useLink } from './use-link.ts';

export function ShareBody(): ReactElement {
  const [withView, setWithView] = useState(true);
  const documents = useStore((state) => state.documents);
  const { hash, progress, error } = useLink(withView);
  const field = useRef<HTMLInputElement>(null);
  const link = hash === null ? '' : `${location.origin}${location.pathname}${location.search}${hash}`;
  const fit = linkFit(link.length);
  const saveText = (): void => download('nfscope-dumps.txt', joinDumps(documents));
  return (
    <>
      <Dialog.Title className="t-title">Share this view</Dialog.Title>
      <p id="share-what" className="secondary">
        The link holds the dumps themselves, after the #. Browsers do not send that part to any server; whoever has the
        link has the dumps, with the addresses and names in them.
      </p>
      <div className="share-link">
        <input
          ref={field}
          readOnly
          className="input mono"
          aria-label="Link"
          // A browser takes seconds to lay out a field of millions of characters that nobody can use.
          value={fit === 'nowhere' ? '' : link}
          placeholder={hash === null ? (error ?? `Packing… ${Math.round(progress * 100)} %`) : 'Too long for a link'}
          onFocus={(event) => event.target.select()}
        />
        <CopyButton
          text={link}
          label="Copy the link"
          words="Copy"
          primary
          disabled={hash === null || fit === 'nowhere'}
          onCopied={() => {
            if (hash !== null) workspaces.showLink(hash);
          }}
          onRefused={() => {
            field.current?.focus();
            field.current?.select();
          }}
        />
      </div>
      <Fit length={link.length} fit={fit} ready={hash !== null} />
      {error ? <p className="error-text">{error}</p> : null}
      {fit === 'nowhere' ? (
        <p>
          <button type="button" className="button" onClick={saveText}>
            Download the dumps instead
          </button>
        </p>
      ) : null}
      <label className="share-toggle">
        <input type="checkbox" checked={withView} onChange={(event) => setWithView(event.target.checked)} />
        Include the view: family, selection, filters
      </label>
      <Contents />
      {hash === null || fit === 'nowhere' ? null : <EmbedLine hash={hash} />}
      <ShellLine />
      <Dialog.Close asChild>
        <button type="button" className="button button-quiet button-icon dialog-close" aria-label="Close" title="Close">
          <Icon name="close" />
        </button>
      </Dialog.Close>
    </>
  );
}

const FIT_WORDS: Readonly<Record<LinkFit, string>> = {
  chat: 'fits into chat messages, tickets and mail',
  'address-bar': 'too long for most chat programs; works in address bars, documents and Markdown links',
  click: 'works when it is clicked or pasted in a current browser, not in chats or tickets',
  nowhere: 'too long for a link: browsers and programs cut it',
};

function Fit({
  length,
  fit,
  ready,
}: {
  readonly length: number;
  readonly fit: LinkFit;
  readonly ready: boolean;
}): ReactElement {
  return (
    <p className="share-fit" role="status" data-fit={fit}>
      {ready ? (
        <>
          <strong>{plural(length, 'character')}</strong>: {FIT_WORDS[fit]}.
        </>
      ) : null}
    </p>
  );
}

function Contents(): ReactElement {
  const documents = useStore((state) => state.documents);
  return (
    <section aria-labelledby="share-contents">
      <h3 id="share-contents" className="t-label">
        In it
      </h3>
      <ul className="share-contents">
        {documents.map((document) => (
          <li key={document.id}>
            <span>{document.name}</span>
            <span className="quiet">{fileSize(document.text.length)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** For wikis and slides that take HTML. */
function EmbedLine({ hash }: { readonly hash: string }): ReactElement {
  const html = embedHtml(location.origin, location.pathname, hash);
  return (
    <section aria-labelledby="share-embed">
      <h3 id="share-embed" className="t-label">
        Inside another page
      </h3>
      <div className="share-shell">
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a line that scrolls has to be reachable by keyboard */}
        <code tabIndex={0}>{html.length > 400 ? `${html.slice(0, 180)}…${html.slice(-70)}` : html}</code>
        <CopyButton text={html} label="Copy the frame" />
      </div>
      <p className="quiet">Only the view, and a link to the whole page. With ?embed&amp;theme=dark it is dark.</p>
    </section>
  );
}

function ShellLine(): ReactElement {
  const line = `echo "${location.origin}${location.pathname}#v1.gz.$(sudo ${SHELL_LINE})"`;
  return (
    <section aria-labelledby="share-shell">
      <h3 id="share-shell" className="t-label">
        Without a browser, on the node
      </h3>
      <div className="share-shell">
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a line that scrolls has to be reachable by keyboard */}
        <code tabIndex={0}>{line}</code>
        <CopyButton text={line} label="Copy the command" />
      </div>
      <p className="quiet">If it gets too long, pack one table: iptables-save -c -t nat.</p>
    </section>
  );
}
