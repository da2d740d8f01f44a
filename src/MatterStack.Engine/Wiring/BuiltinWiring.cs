namespace MatterStack.Engine.Wiring;

/// <summary>What applies where nobody wired anything: this machine, a person, an instrument.</summary>
internal static class BuiltinWiring
{
    /// <summary>A file like any other, so that a run that began without one carries its wiring too.</summary>
    public static byte[] Bytes { get; } = """
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
