import os
import subprocess
import sys

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from incidents.services.revision.coverage import carriers_of, coverage, gaps


class Command(BaseCommand):
    help = (
        "Prints every operative clause of the plan with the acts, transitions, rules, screens and tests that "
        "carry it; fails when one has none. --prove takes each act and rule away in turn and runs the clause's "
        "tests: one of them must fail (slow)."
    )

    def add_arguments(self, parser):
        parser.add_argument("clauses", nargs="*", help="only these clauses, e.g. 5.2.1")
        parser.add_argument(
            "--prove", action="store_true", help="take away what carries each, and run its tests"
        )

    def handle(self, *args, clauses, prove, **options):
        covered = coverage()
        if unknown := set(clauses) - {clause.number for clause in covered}:
            raise CommandError(f"预案没有这些条款：{'、'.join(sorted(unknown))}")
        chosen = [clause for clause in covered if not clauses or clause.number in clauses]
        for clause in chosen:
            if clause.is_operative:
                self._print(clause)
        faults = self._unproven(chosen) if prove else list(gaps(covered))
        for fault in faults:
            self.stderr.write(fault)
        if faults:
            raise CommandError(f"条款落实有 {len(faults)} 处缺口。")
        pending = sum(bool(sentence.pending) for clause in covered for sentence in clause.sentences)
        self.stdout.write(f"各执行条款均有承载和测试；另有 {pending} 句属尚待建设。")

    def _print(self, clause):
        parts = {
            "权限": clause.acts,
            "转换": clause.transitions,
            "时限": clause.rules,
            "画面": clause.screens,
            "测试": [str(len(clause.tests))],
        }
        self.stdout.write(f"§{clause.number} {clause.title}")
        for name, found in parts.items():
            if found:
                self.stdout.write(f"    {name} {'、'.join(map(str, found))}")
        for sentence in clause.sentences:
            if sentence.pending:
                self.stdout.write(f"    待建 {sentence.pending}　{sentence.words}")

    def _unproven(self, clauses) -> list[str]:
        faults = []
        for clause in clauses:
            for carrier in carriers_of(clause):
                noticed = bool(clause.tests) and self._is_missed(carrier, clause.tests)
                self.stdout.write(
                    f"§{clause.number} 去掉 {carrier}：{'有测试失败' if noticed else '没有测试发现'}"
                )
                self.stdout.flush()
                if not noticed:
                    faults.append(f"§{clause.number} 去掉 {carrier} 后，本条的测试仍全部通过。")
        return faults

    def _is_missed(self, carrier: str, tests: list[str]) -> bool:
        """Whether one of the tests fails when the carrier is gone (`tests/without.py`)."""
        run = [sys.executable, "manage.py", "test", "-x", "-q", "-n", "0", "-p", "no:cacheprovider", *tests]
        ended = subprocess.run(
            run,
            cwd=settings.BASE_DIR,
            env=os.environ | {"ZMD_WITHOUT": carrier},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        if ended.returncode not in (0, 1):
            raise CommandError(f"测试没有运行起来（{' '.join(tests[:3])} …，返回 {ended.returncode}）。")
        return ended.returncode == 1
