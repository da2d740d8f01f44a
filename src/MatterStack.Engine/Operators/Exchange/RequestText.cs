using System.Globalization;
using System.Text;

namespace MatterStack.Engine.Operators.Exchange;

/// <summary>Common text of requests to people.</summary>
internal static class RequestText
{
    private const int MaxListedFiles = 50;

    /// <summary>Creates the title, question, deadline and list of files.</summary>
    public static StringBuilder CreateHeader(AttemptRequest request, string title, DateTimeOffset? deadline)
    {
        var text = new StringBuilder()
            .Append("# ")
            .Append(title)
            .Append(": ")
            .Append(request.TaskId)
            .Append("\n\n")
            .Append(request.Task.Message is { Length: > 0 } message ? message.Trim() + "\n\n" : "")
            .Append(
                CultureInfo.InvariantCulture,
                $"Task `{request.TaskId}`, attempt {request.Index} (`{request.Attempt}`), run `{request.Run}`, operator "
                    + $"`{request.Key}`.\n\n"
            );
        if (deadline is { } until)
        {
            text.Append(CultureInfo.InvariantCulture, $"An answer counts until {until:yyyy-MM-dd HH:mm:ss} UTC.\n\n");
        }

        if (request.Task.Parameters is { } parameters)
        {
            text.Append("Parameters:\n\n```json\n").Append(parameters.Trim()).Append("\n```\n\n");
        }

        var files = ListFiles(request);
        if (files.Count > 0)
        {
            text.Append("Files to look at:\n\n");
            foreach (var file in files.Take(MaxListedFiles))
            {
                text.Append("- `work/").Append(file).Append("`\n");
            }

            text.Append(
                files.Count > MaxListedFiles
                    ? string.Create(CultureInfo.InvariantCulture, $"- and {files.Count - MaxListedFiles} more\n\n")
                    : "\n"
            );
        }

        if (request.Task.Outputs.Count > 0)
        {
            text.Append("Expected in `work/`: ").AppendJoin(", ", request.Task.Outputs.Select(o => $"`{o}`")).Append("\n\n");
        }

        return text;
    }

    /// <summary>Returns the staged files, relative to <c>work/</c>.</summary>
    public static IReadOnlyList<string> ListFiles(AttemptRequest request) =>
        [
            .. request.Planned.Inputs.Select(i => i.Path),
            .. request.Dependencies.SelectMany(d => d.Outputs.Select(o => $"deps/{d.Task}/{o.Path}")),
        ];

    /// <summary>Returns the first line of the task's message, shortened and with a leading colon; empty if there is none.</summary>
    public static string GetQuestion(AttemptRequest request)
    {
        var line = request.Task.Message?.Trim().Split('\n')[0].Trim() ?? "";
        return line.Length == 0 ? "" : ": " + (line.Length > 160 ? line[..157] + "..." : line);
    }
}
