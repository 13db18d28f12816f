/** The map's menu: what can be done with the card, stripe or mark under the pointer or the focus. */
import { DropdownMenu } from 'radix-ui';
import type { ReactElement } from 'react';
import { assertNever } from '../../base/assert.ts';
import type { MapTarget } from '../../render/hook-map-target.ts';
import type { Selection } from '../../state/store.ts';
import type { Place } from '../../worker/prover-protocol.ts';
import { openChain, openRule } from '../inspector/reveal.ts';
import { menuHome } from '../shell/menu-home.ts';
import { traceTo } from '../trace/trace-rule.ts';
import { store } from '../use-store.ts';
import { attempt, copyFinding, copyLink, copyPlace, firstRule, type MenuPlace, showInSource } from './menu-actions.ts';

export interface MapMenuProps {
  readonly target: MapTarget;
  /** In the window. */
  readonly x: number;
  readonly y: number;
  /** Asked for by a key: the first entry has the focus, so that Enter and the arrows do something. */
  readonly byKey: boolean;
  readonly onClose: () => void;
}

interface Entry {
  readonly name: string;
  readonly run: () => void;
}

export function MapMenu({ target, x, y, byKey, onClose }: MapMenuProps): ReactElement {
  const entries = entriesOf(target);
  return (
    <DropdownMenu.Root open modal={false} onOpenChange={(open) => (open ? undefined : onClose())}>
      <DropdownMenu.Trigger asChild>
        <button
          type="button"
          className="map-menu-anchor"
          tabIndex={-1}
          aria-label="On the map"
          style={{ left: x, top: y }}
        />
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal container={menuHome()}>
        <DropdownMenu.Content
          className="menu"
          align="start"
          sideOffset={2}
          collisionPadding={8}
          aria-label="On the map"
          // Not to a button, which this menu has none of: keep-focus.ts brings it back to the card.
          onCloseAutoFocus={(event) => event.preventDefault()}
        >
          {entries.map(({ name, run }, index) => (
            <DropdownMenu.Item
              key={name}
              ref={byKey && index === 0 ? focusFirst : undefined}
              className="menu-item"
              onSelect={run}
            >
              {name}
            </DropdownMenu.Item>
          ))}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

/** Before the menu looks where the focus is: it takes it otherwise. */
function focusFirst(item: HTMLElement | null): void {
  item?.focus({ preventScroll: true });
}

function entriesOf(target: MapTarget): readonly Entry[] {
  switch (target.kind) {
    case 'card':
      return placeEntries({ chain: target.chain, segment: null });
    case 'segment':
      return placeEntries({ chain: target.chain, segment: target.segment });
    case 'rule':
      return target.rule === null
        ? placeEntries({ chain: target.own, segment: null })
        : ruleEntries(target.own, target.rule);
    case 'more':
      return placeEntries({ chain: target.own, segment: null });
    case 'note':
      if (target.finding !== null) return findingEntries([target.finding]);
      return target.rule === null ? [] : ruleEntries(target.own, target.rule);
    case 'mark':
      return findingEntries(target.findings);
    default:
      return assertNever(target, 'map target');
  }
}

/** Of a rule of an open card. */
function ruleEntries(chain: number, rule: number): readonly Entry[] {
  const place = { chain, segment: null, rule };
  return [
    { name: 'Trace a packet to here', run: () => void traceTo({ rule }) },
    { name: 'Who reaches this?', run: () => askWho({ kind: 'rule', rule }, { kind: 'rule', chain, rule }) },
    { name: 'Show in chain', run: () => openRule({ chain, rule }, 'map') },
    { name: 'Show in source', run: () => void attempt('Not shown', () => showInSource(place)) },
    { name: 'Copy as Markdown', run: () => void attempt('Not copied', () => copyPlace(place)) },
    { name: 'Copy a link to here', run: () => void attempt('No link', () => copyLink(place)) },
  ];
}

/** Of a segment: who reaches its first rule. */
async function askWhoReaches({ chain, segment }: Pick<MenuPlace, 'chain' | 'segment'>): Promise<void> {
  const rule = segment === null ? null : await firstRule({ chain, segment });
  if (rule === null) askWho({ kind: 'chain', chain }, { kind: 'chain', chain });
  else askWho({ kind: 'rule', rule }, { kind: 'rule', chain, rule });
}

/** The answer comes in the inspector, which the selection opens. */
function askWho(place: Place, selection: Selection): void {
  const { select, askReach, togglePanel } = store.getState();
  select(selection, 'map');
  togglePanel('findings', true);
  askReach(place);
}

/** Of a chain or a segment. */
function placeEntries(place: Pick<MenuPlace, 'chain' | 'segment'>): readonly Entry[] {
  return [
    { name: 'Trace a packet to here', run: () => void traceTo(place) },
    { name: 'Who reaches this?', run: () => void attempt('Not asked', () => askWhoReaches(place)) },
    { name: 'Show in chain', run: () => void attempt('Not shown', () => showInChain(place)) },
    { name: 'Show in source', run: () => void attempt('Not shown', () => showInSource(place)) },
    { name: 'Copy as Markdown', run: () => void attempt('Not copied', () => copyPlace(place)) },
    { name: 'Copy a link to here', run: () => void attempt('No link', () => copyLink(place)) },
  ];
}

/** Of a segment: at its first rule. */
async function showInChain({ chain, segment }: Pick<MenuPlace, 'chain' | 'segment'>): Promise<void> {
  const rule = segment === null ? null : await firstRule({ chain, segment });
  if (rule === null) openChain(chain, 'map');
  else openRule({ chain, rule }, 'map');
}

/** Of a mark: those of its most severe finding, which is the first. */
function findingEntries([finding]: readonly string[]): readonly Entry[] {
  if (finding === undefined) return [];
  const show = (): void => {
    store.getState().select({ kind: 'finding', finding }, 'map');
    store.getState().togglePanel('findings', true);
  };
  return [
    { name: 'Show the finding', run: show },
    { name: 'Copy as Markdown', run: () => void attempt('Not copied', () => copyFinding(finding)) },
    { name: 'Copy a link to here', run: () => void attempt('No link', () => copyLink({ finding })) },
  ];
}
