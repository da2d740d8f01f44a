using MatterStack.Engine.Wiring;
using MatterStack.Engine.Wiring.Codes;

namespace MatterStack.Engine.Operators.Local;

/// <summary>Options of a local operator.</summary>
internal sealed record LocalOptions
{
    /// <summary>Absolute folder under which commands run, for example on a fast disk; null: the attempt's folder. Declared outputs are
    /// copied back.</summary>
    public string? WorkRoot { get; init; }

    /// <summary>Shell text of the place for temporary folders; null: the attempt's folder is the temporary one.</summary>
    public string? Tmpdir { get; init; }

    /// <summary>Codes and launchers of the operator.</summary>
    public SiteCodes Codes { get; init; } = SiteCodes.None;

    /// <summary>Resolves the secret references in a text.</summary>
    public Func<string, string> ResolveSecrets { get; init; } = static text => text;

    /// <summary>How a container image is run; null: tasks with an image are refused.</summary>
    public ContainerOptions? Container { get; init; }

    /// <summary>Time between the terminate signal and the kill signal.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Cancelled when the command ends soon: then attempts that are being ended are not waited for long.</summary>
    public CancellationToken ShuttingDown { get; init; }
}
