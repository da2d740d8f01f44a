using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Driving;

/// <summary>Text forms of <see cref="DriverKind"/>: values of the argument <c>With</c>, and in the store.</summary>
internal static class DriverKindText
{
    private static readonly EnumText<DriverKind> Kinds = new(
        "a kind of driver",
        (DriverKind.Systemd, "systemd"),
        (DriverKind.Cron, "cron"),
        (DriverKind.Scrontab, "scrontab"),
        (DriverKind.Slurm, "slurm")
    );

    /// <summary>All kinds, in the order of preference.</summary>
    public static IReadOnlyList<DriverKind> All { get; } = Enum.GetValues<DriverKind>();

    public static string ToText(this DriverKind kind) => Kinds.GetText(kind);

    /// <summary>Kind with a name, in any case. Returns null if there is none.</summary>
    public static DriverKind? Find(string text)
    {
        foreach (var kind in All)
        {
            if (kind.ToText().Equals(text.Trim(), StringComparison.OrdinalIgnoreCase))
            {
                return kind;
            }
        }

        return null;
    }
}
