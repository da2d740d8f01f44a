namespace MatterStack.Engine.Reports.Html;

/// <summary>Writes what all pages have in common.</summary>
internal static class HtmlPage
{
    /// <summary>Writes the head of a page and begins its body.</summary>
    /// <param name="html">Writes the page.</param>
    /// <param name="title">Title of the page.</param>
    /// <param name="scripts">The page's scripts: the browser runs no others.</param>
    /// <param name="refreshSeconds">Seconds after which the page reloads itself; 0: never.</param>
    /// <param name="marker">Element that marks the page; null: none.</param>
    /// <param name="bodyClass">Class of the body; null: none.</param>
    public static void WriteHead(
        HtmlWriter html,
        string title,
        IReadOnlyList<string> scripts,
        int refreshSeconds,
        string? marker = null,
        string? bodyClass = null
    )
    {
        html.WriteRaw("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
        html.WriteRaw(marker is null ? "" : marker + "\n");
        html.Write(
            $"""
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src {string.Join(
                ' ',
                scripts.Select(ReportAssets.ComputePolicyHash)
            )}; style-src 'unsafe-inline'; img-src data: blob:; base-uri 'none'; form-action 'none'">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <meta name="referrer" content="no-referrer">
            <title>{title}</title>

            """
        );
        if (refreshSeconds > 0)
        {
            // The script reloads and keeps the scroll position. Without scripts the browser reloads the page.
            html.Write($"<noscript><meta http-equiv=\"refresh\" content=\"{refreshSeconds}\"></noscript>\n");
        }

        html.WriteRaw($"<style>\n{ReportAssets.Style}</style>\n</head>\n");
        html.Write($"<body{(bodyClass is null ? "" : $" class={bodyClass}")}>\n");
    }
}
