"""The one-command report: both models fitted, and what they say about these customers as one HTML file.

``report.write(summary, "report.html")`` does all of it; ``report.study(summary)`` returns the numbers alone and
``report.render(study)`` the page as text. It needs the extra ``report`` (``pip install 'relmodels[report]'``).
``report.write_survey(model, survey, "survey.html")`` does the same for the answers of a survey, on one page.
The file stands on its own: pictures are inside, nothing is loaded from the network, no script runs.
"""

from relmodels.report.findings import Check, Money, Study, Top, one_year, study
from relmodels.report.page import render, save, write
from relmodels.report.splitting import split_day
from relmodels.report.survey_findings import SurveyStudy, survey_study
from relmodels.report.survey_page import render_survey, write_survey

__all__ = [
    "Check",
    "Money",
    "Study",
    "SurveyStudy",
    "Top",
    "one_year",
    "render",
    "render_survey",
    "save",
    "split_day",
    "study",
    "survey_study",
    "write",
    "write_survey",
]
