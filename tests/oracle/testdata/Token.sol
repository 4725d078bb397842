// A token that takes EIP-3009 transfers as USDC does: what the tests run signatures of ours against. Token.bin is made of
// it by solc 0.8.30+commit.73712a01 with the optimizer (200 runs, via IR), for the EVM version paris, without metadata.
//
// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

contract Token {
    bytes32 private constant TRANSFER = keccak256(
        "TransferWithAuthorization(address from,address to,uint256 value,uint256 validAfter,uint256 validBefore,bytes32 nonce)"
    );
    uint256 private constant HALF_ORDER = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0;

    bytes32 public immutable domain;
    mapping(address => uint256) public balanceOf;
    mapping(address => mapping(bytes32 => bool)) public authorizationState;

    event AuthorizationUsed(address indexed authorizer, bytes32 indexed nonce);

    // The chain of the tests has another id than the one that is signed for, so that one is told here.
    constructor(uint256 chain) {
        domain = keccak256(abi.encode(
            keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
            keccak256("USD Coin"), keccak256("2"), chain, address(this)
        ));
    }

    function mint(address to, uint256 value) external { balanceOf[to] += value; }

    function transferWithAuthorization(
        address from, address to, uint256 value, uint256 validAfter, uint256 validBefore, bytes32 nonce,
        uint8 v, bytes32 r, bytes32 s
    ) external {
        require(block.timestamp > validAfter, "too early");
        require(block.timestamp < validBefore, "too late");
        require(!authorizationState[from][nonce], "used");
        require(uint256(s) <= HALF_ORDER, "high s");
        bytes32 digest = keccak256(abi.encodePacked(
            hex"1901", domain, keccak256(abi.encode(TRANSFER, from, to, value, validAfter, validBefore, nonce))
        ));
        address by = ecrecover(digest, v, r, s);
        require(by != address(0) && by == from, "not signed");
        authorizationState[from][nonce] = true;
        emit AuthorizationUsed(from, nonce);
        balanceOf[from] -= value;
        balanceOf[to] += value;
    }
}
