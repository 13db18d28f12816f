/** What the share dialog says: the link, where it fits, what is in it, and how to make one without a browser. */

import { Dialog } from 'radix-ui';
import { type ReactElement, useState } from 'react';
import { linkFit } from '../../permalink/fit.ts';
import type { LinkContent } from '../../worker/packer-protocol.ts';
import { embedHtml } from '../embed/embedding.ts';
import { workspaces } from '../session.ts';
import { CopyButton } from '../shell/CopyButton.tsx';
import { DialogClose } from '../shell/DialogClose.tsx';
import { isOnDisk, linkBase, linkCommand } from '../shell/page-address.ts';
import { SavePageButton } from '../standalone/SavePageButton.tsx';
import { LinkPart, lengthOf } from './LinkPart.tsx';
import { PageAddress } from './PageAddress.tsx';
import { Replaced } from './Replaced.tsx';
import { ShareContents } from './ShareContents.tsx';
import { ShareOptions } from './ShareOptions.tsx';
import { isWhole, type ShareChoice, useShared, WHOLE } from './share-choice.ts';
import { useLink } from './use-link.ts';
import { downloadWorkspace } from './workspace-file.ts';

export function ShareBody(): ReactElement {
  const [choice, setChoice] = useState<ShareChoice>(WHOLE);
  const [base, setBase] = useState(linkBase);
  const shared = useShared(choice);
  const { content } = shared;
  const isEmpty = content?.documents.length === 0;
  const link = useLink(isEmpty || base === null ? null : content);
  const length = base === null ? null : lengthOf(link.state, base);
  const isFileOnly = base === null || link.state.kind === 'stopped' || linkFit(length ?? 0) === 'nowhere';
  const files = <Files content={isEmpty ? null : content} isFileOnly={isFileOnly} />;
  // Only then the link stands for what the page shows, and becomes its address.
  const isAddress = choice.chains === null && !choice.anonymise && !isOnDisk();
  return (
    <>
      <Dialog.Title className="t-title">Share this view</Dialog.Title>
      <p id="share-what" className="secondary">
        The link holds the dumps themselves, after the #. Browsers do not send that part to any server; whoever has the
        link has the dumps, with the addresses and names in them.
      </p>
      {isOnDisk() ? <PageAddress onChoose={setBase} /> : null}
      {isEmpty ? (
        <p className="share-fit" role="status">
          Nothing is chosen: choose a chain, or the whole workspace.
        </p>
      ) : base === null ? null : (
        <LinkPart
          base={base}
          link={link}
          onCopied={(hash) => {
            if (isAddress) workspaces.showLink(hash);
          }}
        />
      )}
      {shared.failed === null ? null : <p className="error-text">{shared.failed}</p>}
      {isFileOnly ? files : null}
      <ShareOptions choice={choice} onChoose={setChoice} />
      <ShareContents excerpt={shared.excerpt} documents={content?.documents ?? null} whole={isWhole(choice)} />
      {choice.anonymise ? <Replaced answer={shared.anonymised} failed={shared.failed !== null} /> : null}
      {isFileOnly ? null : files}
      {base === null || link.state.kind !== 'packed' ? null : <EmbedLine base={base} hash={link.state.hash} />}
      <ShellLine />
      <DialogClose />
    </>
  );
}

interface FilesProps {
  /** Null: it is not ready, or nothing. */
  readonly content: LinkContent | null;
  /** There is no link beside them. */
  readonly isFileOnly: boolean;
}

function Files({ content, isFileOnly }: FilesProps): ReactElement {
  return (
    <div className="share-files">
      <p className="share-file">
        <button
          type="button"
          className={isFileOnly ? 'button button-primary' : 'button'}
          disabled={content === null}
          onClick={() => {
            if (content) downloadWorkspace(content);
          }}
        >
          Save as a file
        </button>
        <span className="quiet">The same as .nfscope.json: drop it on the page to open it.</span>
      </p>
      <p className="share-file">
        <SavePageButton content={content} />
      </p>
    </div>
  );
}

/** For wikis and slides that take HTML. */
function EmbedLine({ base, hash }: { readonly base: string; readonly hash: string }): ReactElement {
  const { origin, pathname } = new URL(base);
  const html = embedHtml(origin, pathname, hash);
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
  const line = linkCommand();
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
