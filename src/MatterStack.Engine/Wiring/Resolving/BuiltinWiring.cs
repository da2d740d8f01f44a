namespace MatterStack.Engine.Wiring.Resolving;

/// <summary>Built-in default wiring: this machine, a person, an instrument.</summary>
internal static class BuiltinWiring
{
    /// <summary>Content of the default file. It is a normal file, so that a run without own wiring has a snapshot, too.</summary>
    public static byte[] Bytes { get; } =
        """
        # The built-in default of MatterStack: processes on this machine, people and instruments through files.
        operators:
          local.default:
            kind: local
            backend: { type: local }
          human.default:
            kind: human
          experiment.default:
            kind: experiment

        """u8.ToArray();
}
