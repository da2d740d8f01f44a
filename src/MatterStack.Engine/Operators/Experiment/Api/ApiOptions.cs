using MatterStack.Engine.Identity;
using MatterStack.Engine.Wiring;
using MatterStack.Engine.Wiring.Schema;

namespace MatterStack.Engine.Operators.Experiment.Api;

/// <summary>HTTP method and path of one request to an instrument.</summary>
internal sealed record ApiCall(HttpMethod Method, string Template)
{
    public string Path(AttemptId attempt, string? file = null) => Template
        .Replace(ExperimentFields.AttemptPlaceholder, attempt.Value, StringComparison.Ordinal)
        .Replace(ExperimentFields.FilePlaceholder, file is null ? "" : string.Join('/', file.Split('/').Select(Uri.EscapeDataString)), StringComparison.Ordinal);

    /// <summary>Reads <c>PUT /path</c> from the settings. Without a method, the default's method is used.</summary>
    public static ApiCall Of(Settings api, string name)
    {
        var standard = ExperimentFields.Api.Fields.First(f => f.Name == name).Default!;
        var words = (api.GetText(name) ?? standard).Split(' ', 2);
        return new ApiCall(HttpMethod.Parse(words.Length == 2 ? words[0] : standard.Split(' ')[0]), words[^1]);
    }
}

/// <summary>Options of an instrument's HTTP interface.</summary>
internal sealed record ApiOptions(string BaseUrl, ApiCall Submit, ApiCall Status, ApiCall Result, ApiCall File, ApiCall Cancel, string? Auth, TimeSpan PollInterval, TimeSpan Timeout)
{
    public static ApiOptions Of(Settings api) => new(
        api.GetText("base_url")!.TrimEnd('/'),
        ApiCall.Of(api, "submit"), ApiCall.Of(api, "status"), ApiCall.Of(api, "result"), ApiCall.Of(api, "file"), ApiCall.Of(api, "cancel"),
        api.GetText("auth"),
        AtLeastASecond(api.GetDuration("poll_interval") ?? TimeSpan.FromSeconds(5)),
        AtLeastASecond(api.GetDuration("timeout") ?? TimeSpan.FromSeconds(30)));

    private static TimeSpan AtLeastASecond(TimeSpan span) => span < TimeSpan.FromSeconds(1) ? TimeSpan.FromSeconds(1) : span;
}
