namespace MatterStack.Engine.Wiring.Parsing;

/// <summary>Operator as input of <see cref="OperatorsFileWriter"/>.</summary>
internal sealed record OperatorEntry(string Key, string Kind, Settings Settings, string? BackendType, Settings BackendSettings)
{
    public static OperatorEntry FromWiring(OperatorWiring wiring) =>
        new(
            wiring.Key.Value,
            wiring.Kind,
            wiring.Settings,
            wiring.Backend is Backend.None ? null : wiring.Backend.Type,
            wiring.BackendSettings
        );
}
