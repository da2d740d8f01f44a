using MatterStack.Engine.Reports.Figures;

namespace MatterStack.Engine.Reports.Html;

/// <summary>Writes the sections that the page's script fills: figures, graph, time line and table.</summary>
internal sealed class ReportViews(HtmlWriter html)
{
    public void Write(RunFigures figures)
    {
        if (figures.Count > 0 || figures.Problems.Count > 0)
        {
            html.WriteRaw("<section id=\"figures\" data-nav=\"Figures\"><h2>Figures</h2>\n<div id=\"plots\"></div>\n");
            foreach (var problem in figures.Problems)
            {
                html.Write($"<p class=\"note warning\">{problem.Message} ({problem.Code})</p>\n");
            }

            if (figures.SkippedFiles > 0)
            {
                html.Write(
                    $"<p class=\"note\">{figures.SkippedFiles} further figure files are not drawn; they are in the attempts' folders.</p>\n"
                );
            }

            html.WriteRaw("</section>\n");
        }

        html.WriteRaw(
            """
            <section id="graph" data-nav="Workflow" class="scripted" hidden><h2>Workflow</h2>
            <div class="scroll" id="graph-view" tabindex="0" role="region" aria-label="Graph of the workflow"></div></section>
            <section id="timeline" data-nav="Time line" class="scripted" hidden><h2>Time line</h2>
            <div id="timeline-view"></div></section>
            <section id="tasks" data-nav="Tasks" class="scripted" hidden><h2>Tasks</h2>
            <div class="filters"><label>Filter <input type="search" id="filter" placeholder="id, command, reason, operator" autocomplete="off" spellcheck="false"></label>
            <div id="states" role="group" aria-label="States"></div><button type="button" id="clear" hidden>Show all</button></div>
            <p id="shown" role="status"></p>
            <div class="scroll"><table id="table"><thead></thead><tbody></tbody></table></div>
            <div class="pager" id="pager"></div></section>

            """
        );
    }
}
