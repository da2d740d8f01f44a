using System.Text.Json;
using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Campaigns.Declarations.Fields;

/// <summary>The field with the operator key. A run stores it beside the stored form of the task.</summary>
internal sealed class OperatorKeyField : ScalarField<OperatorKey>
{
    public OperatorKeyField(string name, string description)
        : base(name, TaskFieldType.OperatorKey, description) => (StoredName, Default) = (null, OperatorKey.LocalDefault);

    public override string? FindStoredValue(PlannedTask planned) => $"\"{Get(planned.Task)}\"";

    protected override bool TryParse(string text, out OperatorKey value) => OperatorKey.TryParseRouting(text, out value);

    protected override void WriteValue(Utf8JsonWriter json, string name, OperatorKey value) =>
        throw new NotSupportedException("The stored form has no operator key.");

    protected override OperatorKey ReadValue(JsonElement stored) => throw new NotSupportedException("The stored form has no operator key.");

    protected override string DescribeAllowedValues() => $"an operator key ({OperatorKey.Pattern})";
}
