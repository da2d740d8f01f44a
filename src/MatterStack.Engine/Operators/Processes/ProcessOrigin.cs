using MatterStack.Engine.Operators.Processes.Native;

namespace MatterStack.Engine.Operators.Processes;

/// <summary>The scope that a process is visible in: a machine, one of its boots, and a namespace of process ids (and of times).</summary>
/// <param name="Host">The machine's name.</param>
/// <param name="BootId">Id of the machine's boot.</param>
/// <param name="Namespace">The namespace; null if unknown, as in runs of earlier versions and outside Linux.</param>
internal sealed record ProcessOrigin(string Host, string BootId, string? Namespace)
{
    /// <summary>The place of this process.</summary>
    public static ProcessOrigin Current { get; } = new(Environment.MachineName, ProcessTable.BootId, ProcessTable.Namespace);

    /// <summary>Parses the text of <see cref="ToString"/>; null if it is another text.</summary>
    public static ProcessOrigin? TryParse(string? text) =>
        text?.Split('/') switch
        {
            [{ Length: > 0 } host, { Length: > 0 } boot] => new(host, boot, null),
            [{ Length: > 0 } host, { Length: > 0 } boot, { Length: > 0 } space] => new(host, boot, space),
            _ => null,
        };

    /// <summary>Returns why processes of that place are not visible here, as a clause with the subject "it"; null if they are visible or
    /// ended with their boot.</summary>
    /// <param name="machine">The name of this machine.</param>
    public string? WhyNotVisibleFrom(string machine) =>
        Host != machine ? $"belongs to the machine '{Host}'"
        : BootId == Current.BootId && Namespace is not null && Current.Namespace is not null && Namespace != Current.Namespace
            ? $"belongs to another pid namespace ({Namespace}; here it is {Current.Namespace}) of the machine '{Host}': "
                + "a container, a sandbox such as Flatpak or bwrap, or a shell under unshare"
        : null;

    /// <summary>Returns what to do about processes that are not visible here.</summary>
    /// <param name="machine">The name of this machine.</param>
    public string GetRemedy(string machine) =>
        Host != machine
            ? $"tick the run on '{Host}'; if that machine is gone for good, -t:CleanupOrphans"
            : "tick the run from there; if that container or sandbox is gone for good, -t:CleanupOrphans";

    /// <summary><c>host/boot</c> or <c>host/boot/namespace</c>.</summary>
    public override string ToString() => Namespace is null ? $"{Host}/{BootId}" : $"{Host}/{BootId}/{Namespace}";
}
