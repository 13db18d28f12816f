/** For a page that is a file on a disk: where the links should lead, because nobody else has that disk. */
import { type ReactElement, useState } from 'react';
import { chooseAddress, chosenAddress } from '../shell/page-address.ts';

export interface PageAddressProps {
  /** @param address null: what was written is none. */
  readonly onChoose: (address: string | null) => void;
}

export function PageAddress({ onChoose }: PageAddressProps): ReactElement {
  const [written, setWritten] = useState(() => chosenAddress() ?? '');
  const [isNone, setNone] = useState(false);
  return (
    <section className="share-address" aria-labelledby="share-address">
      <p id="share-address">
        This page is a file on your disk: a link to it opens on no other machine. Send the file, or make the link for a
        page that the others can open.
      </p>
      <label>
        <span className="t-label">Address of that nfscope page</span>
        <input
          className="input mono"
          type="url"
          placeholder="https://…"
          autoComplete="off"
          spellCheck={false}
          aria-invalid={isNone}
          value={written}
          onChange={({ target: { value } }) => {
            setWritten(value);
            const address = chooseAddress(value);
            setNone(address === null && value.trim() !== '' && !isBeginning(value.trim()));
            onChoose(address);
          }}
        />
      </label>
      {isNone ? <p className="error-text">No address of a page: it begins with https:// or http://.</p> : null}
    </section>
  );
}

/** Who writes `htt` has not made a mistake yet. */
function isBeginning(text: string): boolean {
  return /^https?:\/\/[^/]*$/.test(text) || 'https://'.startsWith(text) || 'http://'.startsWith(text);
}
