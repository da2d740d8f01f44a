using MatterStack.Engine.Identity;
using MatterStack.Engine.Wiring;
using MatterStack.Engine.Wiring.Fields;

namespace MatterStack.Engine.Operators.Experiment.Api;

/// <summary>HTTP method and path of one request to an instrument.</summary>
internal sealed record InstrumentEndpoint(HttpMethod Method, string Template)
{
    public string BuildPath(AttemptId attempt, string? file = null) =>
        Template
            .Replace(ExperimentFields.AttemptPlaceholder, attempt.Value, StringComparison.Ordinal)
            .Replace(
                ExperimentFields.FilePlaceholder,
                file is null ? "" : string.Join('/', file.Split('/').Select(Uri.EscapeDataString)),
                StringComparison.Ordinal
            );

    /// <summary>Reads <c>PUT /path</c> from the settings. Without a method, the default's method is used.</summary>
    public static InstrumentEndpoint FromSettings(Settings api, string name)
    {
        var standard = ExperimentFields.Api.Fields.First(f => f.Name == name).Default!;
        var words = (api.GetText(name) ?? standard).Split(' ', 2);
        return new InstrumentEndpoint(HttpMethod.Parse(words.Length == 2 ? words[0] : standard.Split(' ')[0]), words[^1]);
    }
}
