/** Between the store's selection (one for all views) and the hook map's ids. Pure: tested without a page. */
import type { Finding } from '../../findings/finding.ts';
import type { CardModel, HookMapModel } from '../../layout/hook-map-model.ts';
import type { RuleLine } from '../../layout/hook-map-rules.ts';
import type { MapTarget } from '../../render/hook-map-target.ts';
import type { Selection } from '../../state/store.ts';

export interface MapHighlight {
  /** `c12`, `c12/s0`. */
  readonly ids: ReadonlySet<string>;
  readonly findings: ReadonlySet<string>;
}

export const NO_HIGHLIGHT: MapHighlight = { ids: new Set(), findings: new Set() };

function cardsOf(model: HookMapModel): CardModel[] {
  return model.hooks.flatMap((hook) => hook.cards);
}

/** The stripe that holds rule `index` (from 1), or the card where it is not known. */
function stripeOf(card: CardModel, index: number | null): string {
  const at = index === null ? -1 : card.segments.findIndex((s) => s.from <= index && index <= s.to);
  return at < 0 ? `c${card.chain}` : `c${card.chain}/s${at}`;
}

/**
 * What lights up for `selection`. `ruleIndex`: the place (from 1) of a selected rule in its chain, if known. Findings light their marks and
 * the cards that the marks sit on.
 */
export function highlightOf(
  model: HookMapModel,
  selection: Selection | null,
  findings: readonly Finding[],
  ruleIndex: number | null = null,
): MapHighlight {
  if (!selection) return NO_HIGHLIGHT;
  const ids = new Set<string>();
  switch (selection.kind) {
    case 'chain':
      ids.add(`c${selection.chain}`);
      break;
    case 'segment':
      ids.add(`c${selection.chain}/s${selection.segment}`);
      break;
    case 'rule': {
      const card = cardsOf(model).find((one) => one.chain === selection.chain);
      if (card) ids.add(stripeOf(card, ruleIndex));
      break;
    }
    case 'owner':
      for (const card of cardsOf(model)) {
        card.segments.forEach((segment, at) => {
          if (segment.owner === selection.owner) ids.add(`c${card.chain}/s${at}`);
        });
      }
      break;
    case 'finding': {
      const finding = findings.find((one) => one.id === selection.finding);
      for (const mark of finding?.marks ?? []) ids.add(`c${mark.chain}`);
      return { ids, findings: new Set([selection.finding]) };
    }
    case 'set':
      break;
  }
  return { ids, findings: new Set() };
}

/** `highlight` with the lines of an open card that show the rule, instead of the stripe that holds it. */
export function withLines(
  highlight: MapHighlight,
  selection: Selection | null,
  lines: readonly RuleLine[],
): MapHighlight {
  if (selection?.kind !== 'rule') return highlight;
  const ids = lines.filter(({ rule }) => rule === selection.rule).map(({ id }) => id);
  return ids.length === 0 ? highlight : { ...highlight, ids: new Set(ids) };
}

/** What a click on `target` selects. Clicking a merged mark again goes on to its next finding. */
export function selectionOf(target: MapTarget | null, current: Selection | null): Selection | null {
  if (!target) return null;
  if (target.kind === 'card') return { kind: 'chain', chain: target.chain };
  if (target.kind === 'segment') return { kind: 'segment', chain: target.chain, segment: target.segment };
  if (target.kind === 'more') return { kind: 'chain', chain: target.own };
  if (target.kind === 'rule') {
    const { own, rule } = target;
    return rule === null ? { kind: 'chain', chain: own } : { kind: 'rule', chain: own, rule };
  }
  if (target.kind === 'note') {
    const { own, rule, finding } = target;
    if (finding !== null) return { kind: 'finding', finding };
    return rule === null ? { kind: 'chain', chain: own } : { kind: 'rule', chain: own, rule };
  }
  const at = current?.kind === 'finding' ? target.findings.indexOf(current.finding) : -1;
  const finding = target.findings[(at + 1) % Math.max(1, target.findings.length)];
  return finding === undefined ? { kind: 'chain', chain: target.chain } : { kind: 'finding', finding };
}
