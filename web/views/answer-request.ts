/** From a request to its answer: the one switch over all request kinds, without a worker around it, so that tests call it directly. */
import { assertNever } from '../base/assert.ts';
import { nodeFacts } from '../facts/node-facts.ts';
import type { Chain, NamedSet, Rule } from '../model/ruleset.ts';
import { printIptablesSave } from '../parse/iptables-save/print.ts';
import { printNft } from '../parse/nft/print.ts';
import { addressOfChain, addressOfRule, addressOfSet, resolveAddress } from './address.ts';
import type { Overview } from './answer.ts';
import { buildChain, listChains } from './chains.ts';
import type { ViewContext } from './context.ts';
import { buildCost, buildCostChains, buildProgrammingCost } from './cost/build-cost.ts';
import { buildConversionText } from './cost/conversions.ts';
import { buildOwner, buildRule, buildSet } from './details.ts';
import { buildExcerpt } from './excerpt/excerpt.ts';
import { graphDot } from './export/dot.ts';
import { findingsJson } from './export/findings-json.ts';
import { filterRules } from './filter-rules.ts';
import { buildJumpsInto } from './jumps-into.ts';
import { buildLineOwners } from './line-owners.ts';
import { buildOutline } from './outline.ts';
import type { Answers, Question, Requests } from './question.ts';
import { buildComparison } from './recorded/build-comparison.ts';
import { buildRecorded } from './recorded/traces.ts';
import { buildRows } from './rows.ts';
import { search } from './search/search.ts';
import { buildSpot } from './source.ts';
import { buildTrace } from './trace/build-trace.ts';
import { completeField } from './trace/completions.ts';
import { buildPacketFacts } from './trace/packet-facts.ts';
import { packetReaching, packetReachingChain, type ReachAnswer } from './trace/reach-packet.ts';
import { buildTree } from './tree.ts';

/** The id of a request is not of this ruleset: the page asked with ids of an earlier revision. */
export class NoSuchId extends Error {
  override name = 'NoSuchId';
}

/** Throws NoSuchId only. */
export function answerQuestion(
  context: ViewContext,
  overview: Overview,
  question: Question,
): Answers[Question['kind']] {
  switch (question.kind) {
    case 'rows':
      return buildRows(
        context,
        chainOf(context, question.request.chain).id,
        question.request.from,
        question.request.count,
      );
    case 'chain':
      return buildChain(context, chainOf(context, question.request.chain));
    case 'filterRules':
      return filterRules(context, chainOf(context, question.request.chain), question.request.filter);
    case 'jumpsInto':
      return buildJumpsInto(context, chainOf(context, question.request.chain), question.request.limit);
    case 'chains':
      return listChains(context, question.request.query, question.request.limit);
    case 'tree':
      return buildTree(context, chainOf(context, question.request.chain), question.request.measure);
    case 'rule':
      return buildRule(context, ruleOf(context, question.request.rule));
    case 'set':
      return buildSet(context, setOf(context, question.request.set));
    case 'owner':
      return found(buildOwner(context, question.request.owner), 'owner');
    case 'spot':
      return buildSpot(context, documentOf(context, question.request.document), question.request.offset);
    case 'outline':
      return buildOutline(context, documentOf(context, question.request.document));
    case 'lineOwners':
      return buildLineOwners(
        context,
        documentOf(context, question.request.document),
        overview.owners.map(({ id }) => id),
      );
    case 'search':
      return search(context, question.request);
    case 'resolve':
      return resolveAddress(context.analysis.ruleset, question.request.address);
    case 'address':
      return addressOf(context, question.request);
    case 'print':
      return (question.request.to === 'nft' ? printNft : printIptablesSave)(context.analysis.ruleset).text;
    case 'excerpt':
      return buildExcerpt(context, question.request);
    case 'document':
      return question.request.what === 'dot'
        ? graphDot(context, question.request.fills)
        : `${JSON.stringify(findingsJson(context.analysis), null, 2)}\n`;
    case 'packetFacts':
      return buildPacketFacts(context);
    case 'complete': {
      const { form, field, text, limit } = question.request;
      return completeField(nodeFacts(context), form, field, text, limit);
    }
    case 'trace':
      return buildTrace(context, question.request);
    case 'recorded':
      return buildRecorded(context, question.request.text);
    case 'comparison':
      return buildComparison(context, question.request.text, question.request.packet);
    case 'packetFor':
      return packetFor(context, question.request);
    case 'cost':
      return buildCost(context, question.request);
    case 'costChains':
      return buildCostChains(context);
    case 'costProgramming':
      return buildProgrammingCost(context);
    case 'costText':
      return buildConversionText(context, chainOf(context, question.request.chain));
    default:
      return assertNever(question, 'request');
  }
}

function packetFor(context: ViewContext, request: Requests['packetFor']): ReachAnswer {
  if ('rule' in request) return packetReaching(context, ruleOf(context, request.rule));
  return packetReachingChain(context, chainOf(context, request.chain), request.segment);
}

function addressOf(
  context: ViewContext,
  { chain, rule, set }: { chain?: number; rule?: number; set?: number },
): Answers['address'] {
  if (rule !== undefined) return addressOfRule(ruleOf(context, rule));
  if (chain !== undefined) return addressOfChain(chainOf(context, chain));
  if (set !== undefined) return addressOfSet(setOf(context, set));
  return null;
}

function found<T>(node: T | null | undefined, what: string): T {
  if (node === null || node === undefined) throw new NoSuchId(`no such ${what}`);
  return node;
}

function chainOf(context: ViewContext, id: number): Chain {
  return found(context.analysis.ruleset.chains[id], 'chain');
}

function ruleOf(context: ViewContext, id: number): Rule {
  return found(context.analysis.ruleset.rules[id], 'rule');
}

function setOf(context: ViewContext, id: number): NamedSet {
  return found(context.analysis.ruleset.sets[id], 'set');
}

function documentOf(context: ViewContext, id: string): number {
  const document = context.documentIds.indexOf(id);
  return found(document === -1 ? null : document, 'document');
}
