import time
from datetime import timedelta
from zmd_emergency import processes as system
from zmd_emergency import supervisor
from zmd_emergency.processes import wait_for
import subprocess,sys
def test_x(cloned_database, processes):
    supervisor.WORKER[supervisor.WORKER.index("--loglevel") + 1 if "--loglevel" in supervisor.WORKER else 0:0] = [] 
    for minutes in (95, 122, 130):
        for running in processes.started:
            if running.process.poll() is None:
                system.end(running.process)
        o = timedelta(minutes=minutes)
        processes.clock = ["tests.clock", str(o.total_seconds())] if o else []
        t=time.time()
        w=processes.start("worker", [*[a if a not in ("WARNING",) else "INFO" for a in supervisor.WORKER]]); b=processes.beat()
        def beat():
            rows = cloned_database.query("SELECT extract(epoch from at) FROM alerts_heartbeat")
            return rows and float(rows[0][0]) > time.time() + minutes*60 - 30
        ok = wait_for(beat, 40)
        print(minutes, bool(ok), round(time.time()-t,1), cloned_database.query("SELECT at, now() FROM alerts_heartbeat"))
        if not ok:
            print(open(w.log).read()[-2500:], open(b.log).read()[-1500:])
