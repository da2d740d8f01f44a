using System.Reflection;
using System.Reflection.Emit;

namespace MatterStack.Engine.Tests;

/// <summary>Finds the calls in the compiled code of an assembly: a setter is found however its assignment is written.</summary>
internal static class CallFinder
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly Dictionary<int, OpCode> OpCodesByValue = typeof(OpCodes)
        .GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => (OpCode)field.GetValue(null)!)
        .ToDictionary(code => (int)(ushort)code.Value);

    /// <summary>Finds all calls of methods from the code of types.</summary>
    public static IEnumerable<(Type Caller, MethodBase Called)> FindCalls(IEnumerable<Type> types) =>
        types.SelectMany(type =>
            type.GetMethods(Declared)
                .Cast<MethodBase>()
                .Concat(type.GetConstructors(Declared))
                .SelectMany(method => FindCalls(method).Select(called => (GetOutermost(type), called)))
        );

    private static IEnumerable<MethodBase> FindCalls(MethodBase method)
    {
        if (method.GetMethodBody()?.GetILAsByteArray() is not { } code)
        {
            yield break;
        }

        var at = 0;
        while (at < code.Length)
        {
            int value = code[at++];
            if (value == 0xFE)
            {
                value = (value << 8) | code[at++];
            }

            var opCode = OpCodesByValue[value];
            if (opCode.OperandType == OperandType.InlineMethod)
            {
                yield return method.Module.ResolveMethod(
                    BitConverter.ToInt32(code, at),
                    method.DeclaringType!.GetGenericArguments(),
                    method.IsGenericMethod ? method.GetGenericArguments() : null
                )!;
            }

            at += opCode.OperandType switch
            {
                OperandType.InlineNone => 0,
                OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
                OperandType.InlineVar => 2,
                OperandType.InlineI8 or OperandType.InlineR => 8,
                OperandType.InlineSwitch => 4 + 4 * BitConverter.ToInt32(code, at),
                _ => 4,
            };
        }
    }

    // Lambdas and iterators are nested types.
    private static Type GetOutermost(Type type) => type.DeclaringType is { } outer ? GetOutermost(outer) : type;
}
