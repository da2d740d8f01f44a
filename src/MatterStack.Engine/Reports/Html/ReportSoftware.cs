using MatterStack.Engine.Identity;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Runs.Store;

namespace MatterStack.Engine.Reports.Html;

/// <summary>Writes the section about the software of a run: engine, the campaign's program, and codes with their versions.</summary>
internal sealed class ReportSoftware(HtmlWriter html, ReportSource source)
{
    public void Write(CodeUses codes)
    {
        var row = source.Run.Reader.RunRow;
        html.WriteRaw("<section id=\"software\" data-nav=\"Software\"><h2>Software</h2>\n<dl class=\"facts wide\">\n");
        html.Write($"<div><dt>MatterStack</dt><dd>{row.EngineVersion}</dd></div>\n");
        if (source.Run.Reader.FindProgram() is (var path, { } hash))
        {
            html.Write(
                $"<div><dt>Campaign</dt><dd>{path[(path.LastIndexOfAny(['/', '\\']) + 1)..]} "
                    + $"<code class=\"hash\">{hash}</code></dd></div>\n"
            );
        }

        html.WriteRaw("</dl>\n");
        foreach (var (code, versions) in codes.Mixed)
        {
            html.Write(
                $"<p class=\"note warning\"><code>{code}</code> has {CountText.FormatCount(versions.Count, "version")} in this run: "
                    + $"{string.Join("; ", versions)}.</p>\n"
            );
        }

        WriteCodes([.. codes.All]);
        html.WriteRaw("</section>\n");
    }

    private void WriteCodes(IReadOnlyList<(AttemptCodeRow Code, OperatorKey Key, int Attempts)> codes)
    {
        if (codes.Count == 0)
        {
            return;
        }

        html.WriteRaw(
            "<div class=\"scroll\"><table class=\"plain\"><thead><tr><th>Code</th><th>Version</th><th>Operator</th>"
                + "<th class=\"num\">Attempts</th><th>Hash of its settings</th></tr></thead><tbody>\n"
        );
        foreach (var (code, key, attempts) in codes)
        {
            html.Write($"<tr><td data-label=\"Code\"><code>{code.Code}</code></td><td data-label=\"Version\">");
            if (code.Version is { } version)
            {
                html.Write($"{version}");
            }
            else
            {
                html.WriteRaw("<span class=\"unknown\" title=\"The wiring states no version, or it could not be found\">unknown</span>");
            }

            html.Write(
                $"</td><td data-label=\"Operator\"><code>{key}</code></td><td class=\"num\" data-label=\"Attempts\">{attempts}</td>"
                    + $"<td data-label=\"Hash\"><code class=\"hash\">{code.Sha256}</code></td></tr>\n"
            );
        }

        html.WriteRaw("</tbody></table></div>\n");
    }
}
