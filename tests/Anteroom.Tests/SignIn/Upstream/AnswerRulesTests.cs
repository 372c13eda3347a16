using Anteroom.Entra.Requests;
using Anteroom.Server.Connections;
using Anteroom.Server.SignIn.Upstream;

namespace Anteroom.Tests.SignIn.Upstream;

/// <summary>Which answer belongs to which mode, as one table: every other combination of way and parts is refused.</summary>
public sealed class AnswerRulesTests
{
    private static readonly ConnectionFlow[] Flows =
    [
        .. Modes.Select(mode =>
            ConnectionFlow.Of(
                new()
                {
                    ClientId = "c",
                    ClientKind = mode.Kind,
                    ResponseMode = mode.Mode,
                }
            )
        ),
    ];

    private static (ClientKind Kind, ResponseMode Mode)[] Modes =>
        [
            (ClientKind.Confidential, ResponseMode.Code),
            (ClientKind.Browser, ResponseMode.Code),
            (ClientKind.Confidential, ResponseMode.Hybrid),
            (ClientKind.Confidential, ResponseMode.IdToken),
        ];

    public static TheoryData<ClientKind, ResponseMode, UpstreamResponseMode, string, string?> Table =>
        new()
        {
            { ClientKind.Confidential, ResponseMode.Code, UpstreamResponseMode.Query, "code", null },
            { ClientKind.Confidential, ResponseMode.Code, UpstreamResponseMode.Query, "code id_token", "answer_unexpected" },
            { ClientKind.Confidential, ResponseMode.Code, UpstreamResponseMode.Query, "id_token", "answer_unexpected" },
            { ClientKind.Confidential, ResponseMode.Code, UpstreamResponseMode.Query, "code access_token", "answer_unexpected" },
            { ClientKind.Confidential, ResponseMode.Code, UpstreamResponseMode.FormPost, "code", "answer_by_wrong_way" },
            { ClientKind.Browser, ResponseMode.Code, UpstreamResponseMode.Query, "code", null },
            { ClientKind.Browser, ResponseMode.Code, UpstreamResponseMode.Query, "code id_token", "answer_unexpected" },
            { ClientKind.Browser, ResponseMode.Code, UpstreamResponseMode.FormPost, "code", "answer_by_wrong_way" },
            { ClientKind.Confidential, ResponseMode.Hybrid, UpstreamResponseMode.FormPost, "code id_token", null },
            { ClientKind.Confidential, ResponseMode.Hybrid, UpstreamResponseMode.FormPost, "code", "id_token_missing" },
            { ClientKind.Confidential, ResponseMode.Hybrid, UpstreamResponseMode.FormPost, "id_token", "callback_invalid" },
            {
                ClientKind.Confidential,
                ResponseMode.Hybrid,
                UpstreamResponseMode.FormPost,
                "code id_token access_token",
                "answer_unexpected"
            },
            { ClientKind.Confidential, ResponseMode.Hybrid, UpstreamResponseMode.Query, "code id_token", "answer_by_wrong_way" },
            { ClientKind.Confidential, ResponseMode.IdToken, UpstreamResponseMode.FormPost, "id_token", null },
            { ClientKind.Confidential, ResponseMode.IdToken, UpstreamResponseMode.FormPost, "code id_token", "answer_unexpected" },
            { ClientKind.Confidential, ResponseMode.IdToken, UpstreamResponseMode.FormPost, "code", "answer_unexpected" },
            { ClientKind.Confidential, ResponseMode.IdToken, UpstreamResponseMode.FormPost, "id_token access_token", "answer_unexpected" },
            { ClientKind.Confidential, ResponseMode.IdToken, UpstreamResponseMode.Query, "id_token", "answer_by_wrong_way" },
        };

    [Theory, MemberData(nameof(Table))]
    [Trait("Security", "SEC-067")]
    public void Each_mode_takes_its_own_answer(ClientKind kind, ResponseMode mode, UpstreamResponseMode by, string parts, string? reason) =>
        Assert.Equal(
            reason,
            AnswerRules
                .Fault(
                    ConnectionFlow.Of(
                        new()
                        {
                            ClientId = "c",
                            ClientKind = kind,
                            ResponseMode = mode,
                        }
                    ),
                    Answer(parts),
                    by
                )
                ?.Reason
        );

    [Fact]
    public void Each_mode_takes_exactly_one_of_all_answers()
    {
        string[] shapes = ["code", "id_token", "code id_token", "code access_token", "id_token access_token", "code id_token access_token"];
        foreach (var flow in Flows)
            Assert.Single(
                from shape in shapes
                from way in (UpstreamResponseMode[])[UpstreamResponseMode.Query, UpstreamResponseMode.FormPost]
                where AnswerRules.Fault(flow, Answer(shape), way) is null
                select shape
            );
    }

    [Fact]
    [Trait("Security", "SEC-067")]
    [Trait("Security", "SEC-068")]
    public void What_a_mode_comes_to()
    {
        Assert.Equal(
            (ConnectionFlow[])
                [
                    new(UpstreamResponseType.Code, UpstreamResponseMode.Query, Redeemer.Server),
                    new(UpstreamResponseType.Code, UpstreamResponseMode.Query, Redeemer.Browser),
                    new(UpstreamResponseType.CodeIdToken, UpstreamResponseMode.FormPost, Redeemer.Server),
                    new(UpstreamResponseType.IdToken, UpstreamResponseMode.FormPost, Redeemer.Nobody),
                ],
            Flows
        );
        Assert.Equal([true, false, true, false], Flows.Select(flow => flow.NeedsCredential));
        Assert.Equal([true, false, true, true], Flows.Select(flow => flow.MayHaveCredential));
    }

    private static CallbackResponse.Answer Answer(string parts)
    {
        var words = parts.Split(' ');
        return new(
            words.Contains("code") ? "c" : null,
            words.Contains("id_token") ? "t" : null,
            words.Contains("access_token"),
            "state",
            null
        );
    }
}
