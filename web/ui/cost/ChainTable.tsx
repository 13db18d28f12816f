/** The longest linear chains, and what they become: one line each, which opens to nft's text of the sets and maps. */
import { scaleLog } from 'd3';
import { type ReactElement, useId, useState } from 'react';
import type { LinearChain } from '../../worker/protocol.ts';
import { KnownOwnerTag, useOwner } from '../inspector/owners.tsx';
import { openChain } from '../inspector/reveal.ts';
import { CopyButton } from '../shell/CopyButton.tsx';
import { count, plural } from '../shell/words.ts';
import { Icon } from '../theme/marks.tsx';
import { useAnswer } from '../use-answer.ts';
import { previewOf } from './preview.ts';
import { asLookups } from './words.ts';

export function ChainTable({ chains }: { readonly chains: readonly LinearChain[] }): ReactElement {
  const most = Math.max(10, ...chains.map(({ rules }) => rules));
  const scale = scaleLog().domain([1, most]).range([0, 100]);
  return (
    <section className="cost-card cost-chains" aria-labelledby="cost-chains">
      <header className="cost-card-head">
        <h2 id="cost-chains">Longest linear chains</h2>
        <p className="cost-key">bars: rules, log scale</p>
      </header>
      {chains.length === 0 ? (
        <p className="cost-note">No chain has as many as four rules.</p>
      ) : (
        <ul className="cost-chain-list">
          {chains.map((chain) => (
            <ChainLine key={chain.chain} chain={chain} width={scale(Math.max(1, chain.rules))} />
          ))}
        </ul>
      )}
    </section>
  );
}

function ChainLine({ chain, width }: { readonly chain: LinearChain; readonly width: number }): ReactElement {
  const [open, setOpen] = useState(false);
  const id = useId();
  const shorter = chain.after < chain.rules;
  const { slot } = useOwner(chain.owner);
  return (
    <li className="cost-chain" data-same={!shorter || undefined}>
      <button
        type="button"
        className="cost-chain-line"
        aria-expanded={open}
        aria-controls={id}
        onClick={() => setOpen(!open)}
      >
        <Icon name={open ? 'chevron-down' : 'chevron-right'} size={12} />
        <span>
          <KnownOwnerTag owner={chain.owner} />
        </span>
        <span className="cost-chain-name" title={chain.name}>
          {chain.name}
        </span>
        <span className="cost-chain-table">{chain.table}</span>
        <span className="cost-chain-rules">
          {count(chain.rules)}
          <span className="visually-hidden"> rules</span>
        </span>
        <span className="cost-chain-bar" aria-hidden="true">
          <i data-slot={slot} style={{ width: `${width}%` }} />
        </span>
        <span className="cost-chain-shape">{shorter ? <Shape chain={chain} /> : 'no run of alike rules'}</span>
        <span className="cost-chain-as">{shorter ? asLookups(chain) : ''}</span>
        <b className="cost-chain-after">
          {shorter ? (
            <>
              {count(chain.rules)} <span aria-hidden="true">→</span>
              <span className="visually-hidden">become</span> {count(chain.after)}
            </>
          ) : (
            'unchanged'
          )}
        </b>
      </button>
      <div id={id} hidden={!open}>
        {open ? <Conversion chain={chain} /> : null}
      </div>
    </li>
  );
}

function Shape({ chain: { lookups } }: { readonly chain: LinearChain }): ReactElement | null {
  const [first, ...more] = lookups;
  if (!first) return null;
  return (
    <>
      {count(first.rules)} × <code>{first.key}</code> → {first.ends}
      {more.length > 0 ? `, and ${plural(more.length, 'run')} more` : ''}
    </>
  );
}

function Conversion({ chain }: { readonly chain: LinearChain }): ReactElement {
  const { answer, status, error } = useAnswer('costText', { chain: chain.chain });
  return (
    <div className="cost-conversion">
      <div className="cost-conversion-words">
        <Kept chain={chain} />
        {answer && answer.missing > 0 ? (
          <p className="warning-text">
            {plural(answer.missing, 'rule')} cannot be said in nft: the text means less than the chain.
          </p>
        ) : null}
        <div className="cost-actions">
          <CopyButton text={answer?.text ?? ''} label="Copy for nft -f" words="Copy for nft -f" disabled={!answer} />
          <button type="button" className="button" onClick={() => openChain(chain.chain, 'table')}>
            Show the chain
          </button>
        </div>
      </div>
      {status === 'failed' ? <p className="error-text">{error?.message}</p> : null}
      {answer && chain.lookups.length > 0 ? (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls is reached by keyboard
        <section className="cost-text" tabIndex={0} aria-label={`${chain.name} as sets and maps, for nft`}>
          {previewOf(answer.text)}
        </section>
      ) : null}
    </div>
  );
}

function Kept({ chain }: { readonly chain: LinearChain }): ReactElement {
  const dead = chain.lookups.reduce((sum, one) => sum + one.dead, 0);
  return (
    <ul className="cost-kept">
      {chain.lookups.map((one) => (
        <li key={`${one.kind} ${one.key} ${one.ends} ${one.rules}`}>
          {plural(one.rules, 'rule')} become one {one.kind} over <code>{one.key}</code>, {plural(one.elements, 'key')}.
        </li>
      ))}
      {dead > 0 ? <li>{plural(dead, 'rule')} left out: earlier ones take all their packets.</li> : null}
      {chain.kept.slice(0, 5).map(({ why, rules, first }) => (
        <li key={why} className="quiet">
          {rules === 1 ? `Rule ${first} stays: it ` : `${count(rules)} rules stay, from rule ${first} on. Each `}
          {why}.
        </li>
      ))}
    </ul>
  );
}
