/** What kube-proxy means by an address and a port that its rules compare: the Service, or the endpoint behind it. It writes both into comments and names of chains. */
import { type ServiceMention, serviceInChain, serviceInComment } from '../facts/service-name.ts';
import { ruleComments } from '../model/rule.ts';
import type { Rule } from '../model/ruleset.ts';
import type { MatchToken } from './answer.ts';
import type { ViewContext } from './context.ts';

const OWNER = /^kube-proxy/;
const DESTINATION = /^(dst|(tcp|udp|sctp|th) dport)$/;

/** The tokens with `Service default/web:http` at the last of its address and port, `endpoint of default/web:http` at a source. */
export function withServices(context: ViewContext, rule: Rule, match: MatchToken[]): MatchToken[] {
  const mention = mentionOf(context, rule);
  if (!mention) return match;
  const last = match.findLastIndex(({ field, op }) => op === '' && DESTINATION.test(field));
  if (last !== -1) return meaning(match, last, `Service ${mention.name}`);
  const source = match.findIndex(({ field, op }) => op === '' && field === 'src');
  return source === -1 || mention.use !== null ? match : meaning(match, source, `endpoint of ${mention.name}`);
}

function meaning(match: MatchToken[], at: number, words: string): MatchToken[] {
  return match.map((token, index) => (index === at && token.meaning === null ? { ...token, meaning: words } : token));
}

function mentionOf(context: ViewContext, rule: Rule): ServiceMention | null {
  if (!OWNER.test(context.ownerOfRule(rule))) return null;
  for (const comment of ruleComments(rule)) {
    const mention = comment.includes('/') ? serviceInComment(comment) : null;
    if (mention) return mention;
  }
  return serviceInChain(rule.chain.name);
}
