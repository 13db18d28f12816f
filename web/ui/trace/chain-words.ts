/** Chain names in small places (VISUAL.md, "Words in small places"). */

/** `KUBE-SVC-…QLJ`, `cali-fw-…652`, `service-…/tcp/http`: the kind and the end, which tell chains apart. The title has the whole name. */
export function shortChain(name: string): string {
  const hash = /^(KUBE-[A-Z]+-|CNI-[A-Z]+-|cali-[a-z]+-_?)([A-Za-z0-9_-]{10,})$/.exec(name);
  if (hash) return `${hash[1]}…${name.slice(-3)}`;
  return name.length > 30 ? `${name.slice(0, 10)}…${name.slice(-16)}` : name;
}
