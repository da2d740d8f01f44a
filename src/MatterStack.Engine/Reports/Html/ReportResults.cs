using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Reports.Html;

/// <summary>Writes the section about the run's results outside of its folder: published files, and the command for a table.</summary>
internal sealed class ReportResults(HtmlWriter html, ReportSource source)
{
    private const int MaxFiles = 50;

    public void Write()
    {
        var published = source.Run.Reader.ReadPublications().Where(static row => row.At is not null).ToList();
        if (published.Count == 0 && source.ResultsCommand is null)
        {
            return;
        }

        html.WriteRaw("<section id=\"results\" data-nav=\"Results\"><h2>Results</h2>\n");
        if (source.ResultsCommand is { } command)
        {
            html.Write($"<p>A table with a row for each task: <code>{command}</code></p>\n");
        }

        if (published.Count > 0)
        {
            html.Write(
                $"<p>{CountText.FormatCount(published.Count, "published file")}, in the project's folder:</p>\n<ul class=\"files\">\n"
            );
            foreach (var file in published.Take(MaxFiles))
            {
                html.WriteRaw("<li>");
                if (source.FindPublishedLink(file.Path) is { } link)
                {
                    html.Write($"<a href=\"{link}\">{file.Path}</a>");
                }
                else
                {
                    html.Write($"<code>{file.Path}</code>");
                }

                html.Write($" of <button type=\"button\" class=\"link\" data-task=\"{file.Task}\">{file.Task}</button></li>\n");
            }

            html.WriteRaw("</ul>\n");
            if (published.Count > MaxFiles)
            {
                html.Write($"<p class=\"note\">And {published.Count - MaxFiles} more.</p>\n");
            }
        }

        html.WriteRaw("</section>\n");
    }
}
