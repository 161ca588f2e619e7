"""Results and reports as files."""

from pathlib import Path

from profiling.analysis.analysis import Analysis, analyse
from profiling.analysis.charts import charts_of
from profiling.analysis.claims import claims_about
from profiling.analysis.reading import read_results
from profiling.analysis.report import bottleneck_report
from profiling.analysis.results import Results
from profiling.analysis.roadmap import roadmap
from profiling.errors import ProfilingError, ResultsError


def load_results(path: Path) -> Results:
    """Read a results file; raises ProfilingError when it is absent or not what it should be."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ProfilingError(f"{path}: cannot be read ({error})") from error
    try:
        return read_results(text)
    except ResultsError as error:
        raise ResultsError(f"{path}: {error.where}", error.problem) from error


def write_analysis(results: Results, out: Path, *, source: str) -> Analysis:
    """Analyse a run and write the report, the roadmap and the charts into a folder."""
    analysis = analyse(results, claims_about(results.timestamp))
    charts = charts_of(analysis)
    for name, drawing in charts.items():
        write_text(out / name, drawing)
    write_text(out / "BOTTLENECK_ANALYSIS.md", bottleneck_report(analysis, source=source, charts=charts))
    write_text(out / "OPTIMIZATION_ROADMAP.md", roadmap(analysis, source=source))
    return analysis


def write_text(path: Path, text: str) -> None:
    """Write a file whole or not at all; raises ProfilingError where that cannot be."""
    draft = path.with_name(f".{path.name}.draft")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft.write_text(text, encoding="utf-8")
        draft.replace(path)
    except OSError as error:
        raise ProfilingError(f"{path}: cannot be written ({error})") from error
