/** The link in the share dialog: its field, how far it is, how long it gets and where that fits. */
import { type ReactElement, useRef, useState } from 'react';
import { LINK_PLACES, type LinkFit, linkFit } from '../../permalink/fit.ts';
import { CopyButton } from '../shell/CopyButton.tsx';
import { count, plural } from '../shell/words.ts';
import type { Link, LinkState } from './use-link.ts';

export interface LinkPartProps {
  /** What stands before the `#`. */
  readonly base: string;
  readonly link: Link;
  /** The link went to the clipboard. */
  readonly onCopied: (hash: string) => void;
}

export function LinkPart({ base, link, onCopied }: LinkPartProps): ReactElement {
  const { state } = link;
  const length = lengthOf(state, base);
  const fit = length === null ? null : linkFit(length);
  return (
    <>
      {fit === 'nowhere' ? null : <LinkField base={base} link={link} onCopied={onCopied} />}
      <p className="share-fit" role="status" data-fit={fit ?? undefined}>
        {length === null || fit === null ? (
          waitingWords(state)
        ) : (
          <>
            <strong>
              {state.kind === 'packed' ? plural(length, 'character') : `About ${count(roughly(length))} characters`}
            </strong>
            : {FIT_WORDS[fit]}.
          </>
        )}
      </p>
      {fit === 'nowhere' ? null : <Places length={length} />}
      {state.kind === 'failed' ? <p className="error-text">{state.error}</p> : null}
    </>
  );
}

/** Of the whole address; null while nobody can tell. */
export function lengthOf(state: LinkState, base: string): number | null {
  switch (state.kind) {
    case 'packed':
      return base.length + state.hash.length;
    case 'packing':
    case 'too-long':
      return state.length === null ? null : base.length + state.length;
    case 'stopped':
    case 'failed':
      return null;
  }
}

function waitingWords(state: LinkState): string {
  return state.kind === 'stopped' ? 'No link was made. The file below has the same in it.' : '';
}

/** Two digits of an estimate. */
function roughly(length: number): number {
  return Number(length.toPrecision(2));
}

const FIT_WORDS: Readonly<Record<LinkFit, string>> = {
  chat: 'fits into chat messages, tickets and mail',
  'address-bar': 'too long for most chat programs; works in address bars, documents and Markdown links',
  click: 'works when it is clicked or pasted in a current browser, not in chats or tickets',
  nowhere: 'too long for a link: browsers and programs cut it. Send a file, or only some of the chains',
};

function LinkField({ base, link, onCopied }: LinkPartProps): ReactElement {
  const field = useRef<HTMLInputElement>(null);
  const { state, stop, start } = link;
  const [refused, setRefused] = useState(false);
  const hash = state.kind === 'packed' ? state.hash : null;
  const text = hash === null ? '' : base + hash;
  return (
    <>
      <div className="share-link">
        <input
          ref={field}
          readOnly
          className="input mono"
          aria-label="Link"
          value={text}
          placeholder={placeholderOf(state)}
          onFocus={(event) => event.target.select()}
        />
        {state.kind === 'stopped' || state.kind === 'failed' ? (
          <button type="button" className="button" onClick={start}>
            Make it
          </button>
        ) : state.kind === 'packing' && state.slow ? (
          <button type="button" className="button" onClick={stop}>
            Stop
          </button>
        ) : (
          <CopyButton
            text={text}
            label="Copy the link"
            words="Copy"
            primary
            disabled={hash === null}
            onCopied={() => {
              setRefused(false);
              if (hash !== null) onCopied(hash);
            }}
            onRefused={() => {
              setRefused(true);
              field.current?.focus();
              field.current?.select();
            }}
          />
        )}
      </div>
      {refused ? (
        <p role="alert">The browser does not let the page copy. The link is selected: press Ctrl+C (⌘C).</p>
      ) : null}
    </>
  );
}

function placeholderOf(state: LinkState): string {
  switch (state.kind) {
    case 'packing':
      return `Packing… ${Math.round(state.fraction * 100)} %`;
    case 'stopped':
      return 'Stopped';
    case 'too-long':
      return 'Too long for a link';
    case 'packed':
      return '';
    case 'failed':
      return 'No link was made';
  }
}

/** @param length null: not known yet. */
function Places({ length }: { readonly length: number | null }): ReactElement {
  return (
    <ul className="share-places" aria-label="Where links fit">
      {LINK_PLACES.map(({ name, limit }) => {
        const fits = length === null ? undefined : length <= limit;
        return (
          <li key={name} data-fits={fits === undefined ? undefined : fits ? 'yes' : 'no'}>
            {name} ≤ {count(limit)}
            {fits === undefined ? null : <span className="visually-hidden">: {fits ? 'fits' : 'does not fit'}</span>}
          </li>
        );
      })}
    </ul>
  );
}
