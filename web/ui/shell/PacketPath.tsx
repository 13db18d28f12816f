/**
 * The hooks that a packet meets, from top to bottom, with their base chains in the order the kernel runs them: the hook map for a phone.
 * Kernel: net/ipv4/ip_input.c, ip_forward.c, ip_output.c: forwarded packets meet prerouting, forward, postrouting; packets to the node
 * prerouting, input; packets from the node output, postrouting.
 */
import { type ReactElement, useState } from 'react';
import type { CardModel, HookModel, MapMark, SegmentModel } from '../../layout/hook-map-model.ts';
import type { Hook } from '../../model/hook.ts';
import type { OwnerOverview } from '../../worker/protocol.ts';
import { OwnerChip, Sign } from '../theme/marks.tsx';
import { store, useStore } from '../use-store.ts';
import { FamilySwitch } from './FamilySwitch.tsx';
import { count, plural } from './words.ts';

type Way = 'through' | 'to' | 'from';
type Stop = Hook | 'routing' | 'local process';

const WAYS: Readonly<Record<Way, readonly Stop[]>> = {
  through: ['ingress', 'prerouting', 'routing', 'forward', 'postrouting', 'egress'],
  to: ['ingress', 'prerouting', 'routing', 'input', 'local process'],
  from: ['local process', 'routing', 'output', 'postrouting', 'egress'],
};
const WAY_WORDS: Readonly<Record<Way, string>> = {
  through: 'through the node',
  to: 'to the node',
  from: 'from the node',
};

export function PacketPath(): ReactElement | null {
  const [way, setWay] = useState<Way>('through');
  const family = useStore((state) => state.family);
  const maps = useStore((state) => state.overview?.maps);
  const map = maps?.find((one) => one.family === family) ?? maps?.[0];
  if (!map) return null;
  return (
    <section className="path" aria-label="Hook map">
      <div className="path-head">
        <h2>Packet path</h2>
        <fieldset className="segmented" aria-label="Way of the packet">
          {(['through', 'to', 'from'] as const).map((one) => (
            <button
              key={one}
              type="button"
              aria-label={WAY_WORDS[one]}
              aria-pressed={one === way}
              onClick={() => setWay(one)}
            >
              {one}
            </button>
          ))}
        </fieldset>
        {(maps?.length ?? 0) > 1 ? <FamilySwitch /> : null}
      </div>
      <ol className="path-stops">
        {WAYS[way].map((stop) => (
          <StopLine key={stop} stop={stop} hook={map.hooks.find((one) => one.hook === stop) ?? null} />
        ))}
      </ol>
    </section>
  );
}

function StopLine({ stop, hook }: { readonly stop: Stop; readonly hook: HookModel | null }): ReactElement | null {
  if (stop === 'routing' || stop === 'local process') {
    return (
      <li className="path-stop" data-kind={stop}>
        <span className="path-name quiet">{stop}</span>
      </li>
    );
  }
  // ingress and egress only where the dump has them; arp has no forwarding.
  if (!hook) return null;
  return (
    <li className="path-stop" data-kind="hook">
      <h3 className="path-name">
        {stop} <span>{hook.cards.length === 0 ? 'no base chain' : plural(hook.cards.length, 'chain')}</span>
      </h3>
      {hook.cards.map((card) => (
        <PathCard key={card.chain} card={card} />
      ))}
    </li>
  );
}

function PathCard({ card }: { readonly card: CardModel }): ReactElement {
  const owners = useStore((state) => state.overview?.owners);
  const selection = useStore((state) => state.selection);
  const selected = selection?.kind === 'chain' && selection.chain === card.chain;
  const markAt = (boundary: number): MapMark | undefined => card.marks.find((mark) => mark.boundary === boundary);
  return (
    <article className="path-card" data-legacy={card.legacy || undefined} data-selected={selected || undefined}>
      <button
        type="button"
        className="path-title"
        aria-pressed={selected}
        onClick={() => store.getState().select({ kind: 'chain', chain: card.chain }, 'map')}
      >
        <strong>{card.name}</strong>
        <span>
          {card.table}, <span className="mono">{card.effectivePriority}</span>
          {card.legacy ? ', legacy' : ''}
          {card.policy === 'accept' ? ' · accept' : ''}
          {card.segments.length === 0 ? ' · empty' : ''}
        </span>
        <PathMark mark={markAt(0)} />
      </button>
      {card.segments.map((segment, at) => (
        <Stripe
          key={segment.from}
          card={card}
          segment={segment}
          at={at}
          owner={owners?.find((one) => one.id === segment.owner) ?? null}
          mark={at === 0 ? undefined : markAt(at)}
        />
      ))}
      <PathPolicy policy={card.policy} mark={card.segments.length > 0 ? markAt(card.segments.length) : undefined} />
    </article>
  );
}

/** Accepting is the rule and stands in the title; refusing, or a mark at the policy, gets a line of its own. */
function PathPolicy(props: {
  readonly policy: 'accept' | 'drop';
  readonly mark: MapMark | undefined;
}): ReactElement | null {
  if (props.policy === 'accept' && !props.mark) return null;
  return (
    <p className="path-policy" data-policy={props.policy}>
      policy {props.policy}
      <PathMark mark={props.mark} />
    </p>
  );
}

interface StripeProps {
  readonly card: CardModel;
  readonly segment: SegmentModel;
  readonly at: number;
  readonly owner: OwnerOverview | null;
  readonly mark: MapMark | undefined;
}

function Stripe({ card, segment, at, owner, mark }: StripeProps): ReactElement {
  const dimmed = useStore((state) => state.dimmed.includes(segment.owner));
  const selected = useStore(
    ({ selection }) => selection?.kind === 'segment' && selection.chain === card.chain && selection.segment === at,
  );
  const rules = segment.to - segment.from + 1;
  const name = owner?.short ?? segment.owner;
  return (
    <div className="path-stripe" data-slot={owner?.slot ?? 'unknown'} data-dimmed={dimmed || undefined}>
      <button
        type="button"
        aria-pressed={selected}
        onClick={() => store.getState().select({ kind: 'segment', chain: card.chain, segment: at }, 'map')}
      >
        <OwnerChip
          slot={owner?.slot ?? 'unknown'}
          initials={owner?.initials ?? '?'}
          barred={owner?.barred ?? false}
          size="spine"
        />
        <span className="path-owner">{name}</span>
        <span className="path-count">
          {count(rules)}
          <span className="visually-hidden"> {rules === 1 ? 'rule' : 'rules'} here</span>
          {segment.below > 0 ? ` ▸ ${count(segment.below)}` : ''}
          {segment.below > 0 ? <span className="visually-hidden"> below</span> : null}
        </span>
      </button>
      <PathMark mark={mark} />
    </div>
  );
}

function PathMark({ mark }: { readonly mark: MapMark | undefined }): ReactElement | null {
  if (!mark) return null;
  return (
    <span className="path-mark">
      <Sign sign={mark.sign} severity={mark.severity} size={18} label={mark.label} />
    </span>
  );
}
