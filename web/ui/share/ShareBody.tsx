/** What the share dialog says: the link, where it fits, what is in it, and how to make one without a browser. */

import { Dialog } from 'radix-ui';
import { type ReactElement, useRef, useState } from 'react';
import { FIT_LIMITS, type LinkFit, linkFit, SHELL_LINE } from '../../permalink/fit.ts';
import { embedHtml } from '../embed/embedding.ts';
import { workspaces } from '../session.ts';
import { CopyButton } from '../shell/CopyButton.tsx';
import { DialogClose } from '../shell/DialogClose.tsx';
import { count, plural } from '../shell/words.ts';
import { SavePageButton } from '../standalone/SavePageButton.tsx';
import { Replaced } from './Replaced.tsx';
import { ShareContents } from './ShareContents.tsx';
import { ShareOptions } from './ShareOptions.tsx';
import { isWhole, type ShareChoice, useShared, WHOLE } from './share-choice.ts';
import { type PackedLink, useLink } from './use-link.ts';
import { downloadWorkspace } from './workspace-file.ts';

export function ShareBody(): ReactElement {
  const [choice, setChoice] = useState<ShareChoice>(WHOLE);
  const shared = useShared(choice);
  const isEmpty = shared.content?.documents.length === 0;
  const packed = useLink(isEmpty ? null : shared.content);
  const { hash } = packed;
  const link = hash === null ? '' : `${location.origin}${location.pathname}${location.search}${hash}`;
  const fit = linkFit(link.length);
  const { content } = shared;
  return (
    <>
      <Dialog.Title className="t-title">Share this view</Dialog.Title>
      <p id="share-what" className="secondary">
        The link holds the dumps themselves, after the #. Browsers do not send that part to any server; whoever has the
        link has the dumps, with the addresses and names in them.
      </p>
      {isEmpty ? (
        <p className="share-fit" role="status">
          Nothing is chosen: choose a chain, or the whole workspace.
        </p>
      ) : (
        <LinkField link={link} packed={packed} fit={fit} isWhole={choice.chains === null && !choice.anonymise} />
      )}
      {shared.failed === null ? null : <p className="error-text">{shared.failed}</p>}
      <ShareOptions choice={choice} onChoose={setChoice} />
      <ShareContents excerpt={shared.excerpt} documents={content?.documents ?? null} whole={isWhole(choice)} />
      {choice.anonymise ? <Replaced answer={shared.anonymised} failed={shared.failed !== null} /> : null}
      <p className="share-file">
        <button
          type="button"
          className={fit === 'nowhere' ? 'button button-primary' : 'button'}
          disabled={content === null || isEmpty}
          onClick={() => {
            if (content) downloadWorkspace(content);
          }}
        >
          Save as a file
        </button>
        <span className="quiet">The same as .nfscope.json: drop it on the page to open it.</span>
      </p>
      <p className="share-file">
        <SavePageButton content={isEmpty ? null : content} />
      </p>
      {hash === null || fit === 'nowhere' ? null : <EmbedLine hash={hash} />}
      <ShellLine />
      <DialogClose />
    </>
  );
}

interface LinkFieldProps {
  readonly link: string;
  readonly packed: PackedLink;
  readonly fit: LinkFit;
  /** Only then the link stands for what the page shows, and becomes its address. */
  readonly isWhole: boolean;
}

function LinkField({ link, packed, fit, isWhole }: LinkFieldProps): ReactElement {
  const field = useRef<HTMLInputElement>(null);
  const { hash, progress, error } = packed;
  const [refused, setRefused] = useState(false);
  return (
    <>
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
            setRefused(false);
            if (hash !== null && isWhole) workspaces.showLink(hash);
          }}
          onRefused={() => {
            setRefused(true);
            field.current?.focus();
            field.current?.select();
          }}
        />
      </div>
      {refused ? (
        <p role="alert">The browser does not let the page copy. The link is selected: press Ctrl+C (⌘C).</p>
      ) : null}
      <Fit length={link.length} fit={fit} ready={hash !== null} />
      {error ? <p className="error-text">{error}</p> : null}
    </>
  );
}

const FIT_WORDS: Readonly<Record<LinkFit, string>> = {
  chat: 'fits into chat messages, tickets and mail',
  'address-bar': 'too long for most chat programs; works in address bars, documents and Markdown links',
  click: 'works when it is clicked or pasted in a current browser, not in chats or tickets',
  nowhere: 'too long for a link: browsers and programs cut it',
};

const PLACES = [
  ['chat', 'chat'],
  ['address-bar', 'address bar'],
  ['click', 'click'],
] as const;

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
    <>
      <p className="share-fit" role="status" data-fit={fit}>
        {ready ? (
          <>
            <strong>{plural(length, 'character')}</strong>: {FIT_WORDS[fit]}.
          </>
        ) : null}
      </p>
      <ul className="share-places" aria-label="Where links fit">
        {PLACES.map(([place, words]) => (
          <li key={place} data-fits={ready ? (length <= FIT_LIMITS[place] ? 'yes' : 'no') : undefined}>
            {words} ≤ {count(FIT_LIMITS[place])}
          </li>
        ))}
      </ul>
    </>
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
