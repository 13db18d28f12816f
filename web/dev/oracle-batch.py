#!/usr/bin/env python3
"""Many rulesets and packets through a kernel oracle in one process: for compare-kernel.ts.

  oracle-batch.py ORACLE.py < requests.jsonl > cases.jsonl

ORACLE.py is a module with a class Oracle that has fresh(), normalize_packet(), plan(), bridge(), load(rulesets, ipset, family) and run(packet).
A request is {"name", "rulesets": [{"format", "text"}], "ipset"?, "packets": [...], "reset"?}; each packet gives one recorded case, and a ruleset that
the kernel refuses gives {"name", "refused", "rulesets"}. With "reset" the namespaces of the request before are emptied and used again where that is as good
as new ones, which is faster. Needs root; works in network namespaces of its own only.
"""
import importlib.util, json, sys

spec = importlib.util.spec_from_file_location('kernel_oracle', sys.argv[1])
O = importlib.util.module_from_spec(spec)
spec.loader.exec_module(O)


def cases(o, request):
    sets, packets, ipset = request['rulesets'], request['packets'], request.get('ipset')
    # Rules let go of ipsets some time after they are gone.
    if request.get('reset') and o.formats and not o.had_ipset:
        o.reset()
    else:
        o.fresh()
    family = 6 if ':' in str(packets[0].get('dst')) else 4
    try:
        for packet in packets:
            p = o.normalize_packet(packet)
            plan = o.plan(p)
            if p['path'] == 'bridge':
                o.bridge(p.get('bridge') or 'br0', [plan['iif'], plan['oif']])
        o.load(sets, ipset, family)
    except O.OracleError as error:
        yield {'name': request['name'], 'refused': str(error)[:2000], 'rulesets': sets}
        return
    for i, packet in enumerate(packets):
        try:
            result = o.run(packet, counters=False)
        except (O.OracleError, OSError, TypeError) as error:
            yield {'name': '%s-%d' % (request['name'], i), 'refused': 'run: ' + str(error)[:500]}
            continue
        yield {'name': '%s-%d' % (request['name'], i), 'format': sets[0]['format'] if len(sets) == 1 else 'mixed',
               'rulesets': sets, **({'ipset': ipset} if ipset else {}), **result}


def main():
    o = O.Oracle()
    try:
        for line in sys.stdin:
            if line.strip():
                for case in cases(o, json.loads(line)):
                    sys.stdout.write(json.dumps(case, separators=(',', ':')) + '\n')
                    sys.stdout.flush()
    finally:
        o.close()


main()
