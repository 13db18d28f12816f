/** What a link has in it: each dump with its size, and what it tells besides rules. */
import type { ReactElement } from 'react';
import type { LinkDocument } from '../../permalink/container.ts';
import { documentsOfNode } from '../../state/nodes.ts';
import type { ExcerptAnswer } from '../../worker/protocol.ts';
import { fileSize, plural } from '../shell/words.ts';
import { useStore } from '../use-store.ts';

export interface ShareContentsProps {
  /** Null while it is not known. */
  readonly excerpt: ExcerptAnswer | null;
  readonly documents: readonly LinkDocument[] | null;
  /** Also dumps of nodes that are not read now. */
  readonly whole: boolean;
}

export function ShareContents({ excerpt, documents, whole }: ShareContentsProps): ReactElement {
  const names = useStore((state) => state.documents);
  const unread = useUnread();
  return (
    <section aria-labelledby="share-contents">
      <h3 id="share-contents" className="t-label">
        In it
        {excerpt ? (
          <span className="quiet">
            {' '}
            {plural(excerpt.rules, 'rule')} in {plural(excerpt.chains, 'chain')}, {plural(excerpt.sets, 'set')}
          </span>
        ) : null}
      </h3>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a list that scrolls has to be reachable by keyboard */}
      <ul className="share-contents" tabIndex={0}>
        {excerpt
          ? excerpt.documents.map(({ id, length, addresses, comments, counters }) => (
              <li key={id}>
                <span>{names.find((document) => document.id === id)?.name}</span>
                <span className="quiet">
                  {plural(addresses, 'address', 'addresses')} · {plural(comments, 'comment')} ·{' '}
                  {counters ? 'counters' : 'no counters'} · {fileSize(length)}
                </span>
              </li>
            ))
          : (documents ?? names).map(({ name, text }) => (
              <li key={name}>
                <span>{name}</span>
                <span className="quiet">{fileSize(text.length)}</span>
              </li>
            ))}
        {excerpt && whole
          ? unread.map(({ id, name, text }) => (
              <li key={id}>
                <span>{name}</span>
                <span className="quiet">of another node · {fileSize(text.length)}</span>
              </li>
            ))
          : null}
      </ul>
      {excerpt && !whole && unread.length > 0 ? (
        <p className="quiet">
          Not in it: {plural(unread.length, 'dump')} of other nodes, because a part is cut out of the node that is read.
        </p>
      ) : null}
    </section>
  );
}

/** Dumps of other nodes than the one that is read. */
function useUnread(): readonly { readonly id: string; readonly name: string; readonly text: string }[] {
  const documents = useStore((state) => state.documents);
  const node = useStore((state) => state.node);
  const read = documentsOfNode(documents, node);
  return documents.filter((document) => !read.includes(document));
}
