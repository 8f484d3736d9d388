"""The one-command report: both models fitted, and what they say about these customers as one HTML file.

``report.write(summary, "report.html")`` does all of it; ``report.study(summary)`` returns the numbers alone and
``report.render(study)`` the page as text. It needs the extra ``report`` (``pip install 'relmodels[report]'``).
The file stands on its own: pictures are inside, nothing is loaded from the network, no script runs.
"""

from relmodels.report.findings import Check, Money, Study, Top, one_year, study
from relmodels.report.page import render, save, write
from relmodels.report.splitting import split_day

__all__ = ["Check", "Money", "Study", "Top", "one_year", "render", "save", "split_day", "study", "write"]
