using MatterStack.Engine.Operators.Local.Native;

namespace MatterStack.Engine.Operators.Local;

/// <summary>From where processes can be seen: a machine, one of its boots, and a namespace of process ids (and of times) in it.</summary>
/// <param name="Host">The machine's name.</param>
/// <param name="Boot">Which boot of the machine.</param>
/// <param name="Namespace">Which namespace; null: not known, as in runs of earlier versions and outside of Linux.</param>
internal sealed record ProcessPlace(string Host, string Boot, string? Namespace)
{
    /// <summary>Where this process is.</summary>
    public static ProcessPlace Here { get; } = new(Environment.MachineName, ProcessTable.Boot, ProcessTable.Namespace);

    /// <summary>Reads what <see cref="ToString"/> writes; null if it is something else.</summary>
    public static ProcessPlace? TryParse(string? text) => text?.Split('/') switch
    {
        [{ Length: > 0 } host, { Length: > 0 } boot] => new(host, boot, null),
        [{ Length: > 0 } host, { Length: > 0 } boot, { Length: > 0 } space] => new(host, boot, space),
        _ => null,
    };

    /// <summary>Why processes of that place cannot be seen from here, to be put behind "it"; null: they can, or are gone with their boot.</summary>
    /// <param name="machine">The name of this machine.</param>
    public string? WhyNotSeenFrom(string machine) =>
        Host != machine ? $"belongs to the machine '{Host}'"
        : Boot == Here.Boot && Namespace is not null && Here.Namespace is not null && Namespace != Here.Namespace
            ? $"belongs to another pid namespace ({Namespace}; here it is {Here.Namespace}) of the machine '{Host}', that is to a container, a sandbox such as Flatpak or bwrap, or a shell under unshare"
        : null;

    /// <summary>What to do about processes that cannot be seen from here.</summary>
    /// <param name="machine">The name of this machine.</param>
    public string WayOutFrom(string machine) => Host != machine
        ? $"tick the run on '{Host}'; if that machine is gone for good, -t:CleanupOrphans"
        : "tick the run from there; if that container or sandbox is gone for good, -t:CleanupOrphans";

    /// <summary><c>host/boot</c> or <c>host/boot/namespace</c>.</summary>
    public override string ToString() => Namespace is null ? $"{Host}/{Boot}" : $"{Host}/{Boot}/{Namespace}";
}
