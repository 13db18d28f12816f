/** A rule: its text, what it says in words, who wrote it, how packets come to it, what was found about it. */
import type { ReactElement } from 'react';
import { noteOfRule } from '../../state/notes.ts';
import type { RuleDetail } from '../../worker/protocol.ts';
import { NotePart } from '../notes/NotePart.tsx';
import { ReachButton, ReachPart } from '../reach/ReachPart.tsx';
import { CopyButton } from '../shell/CopyButton.tsx';
import { count, plural } from '../shell/words.ts';
import { traceTo } from '../trace/trace-rule.ts';
import { useAnswer } from '../use-answer.ts';
import { store, useStore, useStoreShallow } from '../use-store.ts';
import { cardOf } from '../whatif/change-words.ts';
import { FindingLinks, OwnerLine, PageTitle, Part, Waiting } from './parts.tsx';
import { openChain, openRule, openSource } from './reveal.ts';

export function RulePage({ rule }: { readonly rule: number }): ReactElement {
  const { status, answer, error } = useAnswer('rule', { rule });
  const findings = useStoreShallow((state) =>
    (state.overview?.findings ?? [])
      .filter(({ where }) => where.some((place) => place.rule === rule))
      .map(({ id }) => id),
  );
  const note = useStore((state) => noteOfRule(state, rule));
  if (!answer || answer.row.rule !== rule) return <Waiting status={status} error={error} />;
  const { row, address, text, evidence, words } = answer;
  const set = row.match.find((token) => token.set !== undefined)?.set;
  return (
    <>
      <PageTitle what={`${address.family} ${address.table}`} name={`${address.chain ?? ''} rule ${count(row.index)}`} />
      <OwnerLine owner={row.owner} evidence={evidence} />
      <div className="inspector-code">
        <pre>{text}</pre>
        <CopyButton text={text} label="Copy the rule" />
      </div>
      <p className="inspector-actions">
        <button type="button" className="button" onClick={() => openRule({ chain: row.chain, rule }, 'inspector')}>
          Show in chain
        </button>
        <button type="button" className="button" onClick={() => openSource(row.document, row.span.start)}>
          Line {row.line}
        </button>
        <button
          type="button"
          className="button"
          title="Trace a packet that reaches this rule (t in the table)"
          onClick={() => traceTo({ rule })}
        >
          Trace a packet
        </button>
        <ReachButton
          place={{ kind: 'rule', rule }}
          title="The packets that come to this rule, in words (w in the table)"
        />
        <WithoutButton chain={row.chain} rule={rule} />
        {row.verdict.target === null ? null : <TargetButton target={row.verdict.target} name={row.verdict.detail} />}
        {set === undefined ? null : (
          <button
            type="button"
            className="button"
            onClick={() => store.getState().select({ kind: 'set', set }, 'inspector')}
          >
            Its set
          </button>
        )}
      </p>
      <NotePart on={{ kind: 'rule', address, line: text }} note={note} />
      <ReachPart places={[{ kind: 'rule', rule }]} />
      <Part title="What it does">
        <ol className="inspector-words mono">
          {words.map((word, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a rule may have the same statement twice; they never move
            <li key={index}>{word}</li>
          ))}
        </ol>
        <Meanings detail={answer} />
      </Part>
      {row.packets === null ? null : (
        <Part title="Counted">
          <p>
            {plural(row.packets, 'packet')}
            {row.bytes === null ? '' : `, ${plural(row.bytes, 'byte')}`}
          </p>
        </Part>
      )}
      {row.comment === '' ? null : (
        <Part title="Comment">
          <p className="inspector-untrusted">{row.comment}</p>
        </Part>
      )}
      <Paths detail={answer} />
      <FindingLinks findings={findings} />
    </>
  );
}

/** Only rules of base chains are left out: others are met on several ways. */
function WithoutButton({ chain, rule }: { readonly chain: number; readonly rule: number }): ReactElement | null {
  const isBase = useStore((state) => state.overview !== null && cardOf(state.overview, chain) !== null);
  if (!isBase) return null;
  return (
    <button
      type="button"
      className="button"
      onClick={() => store.getState().suppose({ kind: 'without-rule', chain, rule })}
    >
      What if it were gone?
    </button>
  );
}

function TargetButton({ target, name }: { readonly target: number; readonly name: string }): ReactElement {
  return (
    <button
      type="button"
      className="button inspector-target"
      title={name}
      onClick={() => openChain(target, 'inspector')}
    >
      Open {name}
    </button>
  );
}

function Meanings({ detail }: { readonly detail: RuleDetail }): ReactElement | null {
  const known = detail.row.match.filter(({ meaning }) => meaning !== null);
  const opaque = detail.row.match.filter((token) => token.opaque);
  if (known.length === 0 && opaque.length === 0) return null;
  return (
    <ul className="inspector-list secondary">
      {known.map(({ field, value, meaning }) => (
        <li key={`${field} ${value}`}>
          <span className="mono">{value}</span>: {meaning}
        </li>
      ))}
      {opaque.map(({ field, value }) => (
        <li key={`${field} ${value}`}>
          <span className="mono">{`${field} ${value}`.trim()}</span>: kept as it is, not interpreted
        </li>
      ))}
    </ul>
  );
}

function Paths({ detail }: { readonly detail: RuleDetail }): ReactElement {
  const { paths } = detail;
  if (paths.length === 0) {
    return (
      <Part title="How packets come here">
        <p className="secondary">No base chain leads here: no packet reaches this rule.</p>
      </Part>
    );
  }
  return (
    <Part title="How packets come here">
      <ul className="inspector-paths">
        {paths.map((path) => (
          <li key={path.map(({ chain, rule }) => `${chain}.${rule}`).join('/')}>
            {path.map(({ chain, name, rule }, at) => (
              <span key={chain}>
                {at > 0 ? <span className="quiet"> › </span> : null}
                <button
                  type="button"
                  className="inspector-step mono"
                  title={rule === null ? `Show ${name}` : `Show the jump in ${name}`}
                  onClick={() =>
                    rule === null ? openChain(chain, 'inspector') : openRule({ chain, rule }, 'inspector')
                  }
                >
                  {name}
                </button>
              </span>
            ))}
          </li>
        ))}
      </ul>
    </Part>
  );
}
