namespace MatterStack.Build.Tests.Support;

/// <summary>Environment variables for the time of a test.</summary>
internal sealed class EnvironmentVariables : IDisposable
{
    private readonly List<(string Name, string? Before)> _before = [];

    public EnvironmentVariables(params ReadOnlySpan<(string Name, string Value)> variables)
    {
        foreach (var (name, value) in variables)
        {
            _before.Add((name, Environment.GetEnvironmentVariable(name)));
            Environment.SetEnvironmentVariable(name, value);
        }
    }

    public void Dispose() => _before.ForEach(v => Environment.SetEnvironmentVariable(v.Name, v.Before));
}
